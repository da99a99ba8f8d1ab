"""What everybody may know of how complaints are handled here (ISO 10002:2018, 4.4 and 7.1).

Nothing of it is written by hand: the stages come from the published diagram, the time limits from
the regimes in force, and how long it usually takes from the complaints that were decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.allowance import Allowance
from engine.domain.regime import Occasion, Profile
from engine.services.clocks import regimes
from engine.services.door import following
from engine.services.door.following import Usual
from engine.services.process import public_status
from engine.services.process.processes import bundle_of, latest

_FIRST_STAGE = frozenset({Occasion.RECEIVED, Occasion.ACKNOWLEDGED})
"""From when the time limits are counted that concern everybody."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit that holds for complaints that come today.

    Attributes:
        code: Of the promise, such as ``final_response``.
        time: How much time there is.
        since: From when it is counted.
        regime: Title of the rules it comes from.
        variant: Which complaints are meant; empty for all.
    """

    code: str
    title: str
    time: Allowance
    since: Occasion
    regime: str
    variant: str


@dataclass(frozen=True, slots=True)
class Overview:
    """How complaints are handled here.

    Attributes:
        way: The stages of every complaint, each with what the diagram says of it.
        outside_help: Whom somebody may turn to who is not satisfied, most special first.
        usual: None where too few complaints were decided to say anything.
    """

    way: tuple[tuple[str, str], ...]
    limits: tuple[Limit, ...]
    outside_help: tuple[str, ...]
    usual: Usual | None


def overview(platform: Platform) -> Overview:
    """Return how complaints that come today are handled.

    Raises:
        NotFoundError: No process is published.
    """
    with platform.database.read() as tx:
        digest, _version = latest(tx, at=platform.now())
        bundle, usual = bundle_of(platform, tx, digest), following.usual(tx)
    profiles = [profile for profile, _whom in regimes.in_policy(platform)]
    named = [profile.external_body for profile in profiles if profile.external_body]
    helps = [*named, platform.policy.organisation.external_body]
    return Overview(
        way=public_status.way(bundle),
        limits=tuple(dict.fromkeys(limit for each in profiles for limit in _limits(each))),
        outside_help=tuple(dict.fromkeys(filter(None, helps))),
        usual=usual,
    )


def _limits(profile: Profile) -> Iterator[Limit]:
    titles = {variant.code: variant.title for variant in profile.variants}
    for rule in profile.clocks:
        if rule.starts_on not in _FIRST_STAGE or rule.lapses:
            continue
        for variant in rule.variants or ("",):
            title = titles.get(variant, "")
            yield Limit(rule.code, rule.title, rule.time, rule.starts_on, profile.title, title)
