"""What is said of one uploaded file: `<fileDetails>`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from xsdata.models.datatype import XmlDateTime

from lamplighter.reporting.cybertipline.fields import Flag, attribute, elements, text
from lamplighter.reporting.cybertipline.traces import DeviceId, IpCaptureEvent


class FileRelevance(Enum):
    """Why a file is with the report."""

    REPORTED = "Reported"
    SUPPLEMENTAL = "Supplemental Reported"


@dataclass(frozen=True, kw_only=True)
class FileAnnotations:
    """Flags that describe a file."""

    anime_drawing_virtual_hentai: Flag | None = None
    potential_meme: Flag | None = None
    viral: Flag | None = None
    possible_self_production: Flag | None = None
    physical_harm: Flag | None = None
    violence_gore: Flag | None = None
    bestiality: Flag | None = None
    live_streaming: Flag | None = None
    infant: Flag | None = None
    generative_ai: Flag | None = None


@dataclass(frozen=True, kw_only=True)
class FileHash:
    """A hash of the file as the platform had it."""

    value: str = text()
    hash_type: str = attribute()


@dataclass(frozen=True, kw_only=True)
class NameValuePair:
    """One more fact of a file."""

    type: str | None = attribute()
    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Details:
    """A list of facts."""

    name_value_pair: tuple[NameValuePair, ...] = elements()


@dataclass(frozen=True, kw_only=True)
class FileDetails:
    """`file_viewed_by_esp` must be the truth: it decides whether police may open the file without a
    warrant (United States v. Wilson, 13 F.4th 961, 9th Cir. 2021).
    """

    class Meta:
        """The name of the root element."""

        name = "fileDetails"

    report_id: int
    file_id: str
    original_file_name: str | None = None
    uploaded_to_esp_timestamp: XmlDateTime | None = None
    location_of_file: str | None = None
    file_viewed_by_esp: bool | None = None
    exif_viewed_by_esp: bool | None = None
    publicly_available: bool | None = None
    file_relevance: FileRelevance | None = None
    file_annotations: FileAnnotations | None = None
    industry_classification: str | None = None
    original_file_hash: tuple[FileHash, ...] = ()
    ip_capture_event: IpCaptureEvent | None = None
    device_id: tuple[DeviceId, ...] = ()
    details: tuple[Details, ...] = ()
    additional_info: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what NCMEC refuses although its schema cannot say so."""
        if self.file_relevance is FileRelevance.SUPPLEMENTAL and (
            self.industry_classification
            or (self.file_annotations and self.file_annotations.potential_meme)
        ):
            raise ValueError("a supplemental file has no industry classification, nor is it a meme")
