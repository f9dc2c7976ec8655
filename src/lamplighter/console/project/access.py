"""Who may open what: the one table of roles and routes. What is not in it, nobody may open."""

from __future__ import annotations

from lamplighter.console.people.roles import Role

R, S, I, C, A, M = Role.REVIEWER, Role.SENIOR, Role.INVESTIGATOR, Role.CUSTODIAN, Role.AUDITOR, Role.ADMINISTRATOR  # noqa: E741  # fmt: skip

#: Anyone, signed in or not.
ANYONE: frozenset[Role] | None = None
#: Whoever is signed in, whatever the roles.
SIGNED_IN = frozenset(Role)
#: Those who see listings.
DESK = frozenset({R, S, I, C})
JUDGES = frozenset({R, S})

_ACCOUNT = (
    "account_logout", "account_change_password", "account_set_password", "account_reauthenticate",
    "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_reauthenticate",
   "mfa_list_webauthn", "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
    "mfa_reauthenticate_webauthn",
)  # fmt: skip

ROUTES: dict[str, frozenset[Role] | None] = {
    "account_login": ANYONE,
    "mfa_authenticate": ANYONE,
    "mfa_login_webauthn": ANYONE,
    "account_inactive": ANYONE,
    "invitation": ANYONE,
    "alive": ANYONE,
    **dict.fromkeys(_ACCOUNT, SIGNED_IN),
    # only there when a provider is configured
    "openid_connect_login": ANYONE,
    "openid_connect_callback": ANYONE,
    "socialaccount_login_cancelled": ANYONE,
    "socialaccount_login_error": ANYONE,
    "socialaccount_connections": SIGNED_IN,
    "home": SIGNED_IN,
    "keys": SIGNED_IN,
    # people
    "people": frozenset({M}),
    "people_invite": frozenset({M}),
    "person": frozenset({M}),
    # queue
    "queue": DESK,
    "queue_next": JUDGES,
    "lead_take": JUDGES,
    "lead_free": JUDGES,
    "lead_skip": JUDGES,
    "view_save": DESK,
    "view_delete": DESK,
    "lead_viewers": DESK,
    # operation
    "operation": DESK,
    "decide": JUDGES,
    "judge_link": frozenset({R, S, I}),
    "ask": frozenset({S, I, C}),
    "seconds": frozenset({R, S, I, C}),
    "second": frozenset({S, C}),
    "seconded": frozenset({R, S, I, C}),
    # programs: by key and scope, not by role
    **dict.fromkeys(
        (
            "api:openapi-json",
            "api:api-root",
            "api:submit",
            "api:batch",
            "api:published",
            "api:moderation",
            "api:notice",
            "api:status",
        ),
        ANYONE,
    ),
    # neighbours: by their signature, not by role
    **dict.fromkeys(("coop_action", "coop_information", "coop_preservation"), ANYONE),
    "api_keys": frozenset({M}),
    "api_key_revoke": frozenset({M}),
    # search, audit
    "search": frozenset({S, I}),
    "search_keep": frozenset({S, I}),
    "search_kept": frozenset({S, I}),
    "about": DESK,
    # what leaves the house
    **dict.fromkeys(("exports", "export", "export_ask", "export_file"), frozenset({S, I, C})),
    **dict.fromkeys(("export_second", "export_again"), frozenset({S, C})),
    "audit": frozenset({A}),
    **dict.fromkeys(("audit_looked", "audit_concealment"), frozenset({A})),
    **dict.fromkeys(
        ("audit_samples", "audit_announce", "audit_sample", "audit_draw", "audit_close"),
        frozenset({A, M}),
    ),
    "audit_known": frozenset({S, C}),
    **dict.fromkeys(("blind", "blind_item", "blind_answer"), JUDGES),
    "cases": DESK,
    "case": DESK,
    "case_open": DESK,
    "deconflict": frozenset({S, I}),
    # reports to NCMEC
    **dict.fromkeys(("tips", "tip", "tip_draft", "tip_document", "tip_listings", "tip_ask"), DESK),
    "tip_second": frozenset({S, C}),
    "tip_resume": frozenset({S, C}),
    "tip_retract": frozenset({S, C}),
    "tip_casefile": frozenset({S, I, C}),
    # posters, by token; whoever hears them
    "statement": ANYONE,
    "statement_appeal": ANYONE,
    **dict.fromkeys(("api:statement", "api:appeal", "api:account_deleted"), ANYONE),
    "appeals": JUDGES,
    "appeal": JUDGES,
    "delays": frozenset({S, C}),
    # the public, and whoever decides on what it tells
    **dict.fromkeys(("notice_form", "notice_receipt", "help", "api:tell"), ANYONE),
    **dict.fromkeys(("notices", "told", "notices_many"), JUDGES),
    # wellbeing
    "settings": SIGNED_IN,
    "take_break": SIGNED_IN,
    "rest": SIGNED_IN,
    "medium": DESK,
}


def allowed(route: str, roles: list[str]) -> bool:
    """Whether one of the roles opens the route."""
    if route not in ROUTES:
        return False
    wanted = ROUTES[route]
    return wanted is None or any(role in wanted for role in roles)
