"""A plugin of Osprey: functions for rules, and a sink into Lamplighter's queue."""
