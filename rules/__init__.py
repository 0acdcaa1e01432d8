"""Every rule, in the order in which reports list them. A new rule is one file and one line here."""

from patchtool.core.rules import Rule
from patchtool.rules import (
    does_not_apply,
    fixes_tag,
    incomplete_rename,
    incomplete_series,
    malformed_trailer,
    missing_config_entry,
    missing_signoff,
    misspelt_prefix,
    stable_tag,
    stale_diffstat,
    stray_declaration,
    undefined_symbol,
)

ALL: tuple[Rule, ...] = (
    does_not_apply.RULE,
    incomplete_rename.RULE,
    undefined_symbol.RULE,
    missing_config_entry.RULE,
    stray_declaration.RULE,
    malformed_trailer.RULE,
    misspelt_prefix.RULE,
    fixes_tag.RULE,
    stable_tag.RULE,
    missing_signoff.RULE,
    incomplete_series.RULE,
    stale_diffstat.RULE,
)
