"""A caller may ask so often, and no oftener."""

from hypothesis import given
from hypothesis import strategies as st

from ui.api import meter
from ui.api.meter import Meter

pauses = st.lists(st.floats(min_value=0, max_value=30), max_size=200)


@given(pauses=pauses, burst=st.integers(1, 20), per_minute=st.integers(1, 600))
def test_in_no_time_more_is_let_through_than_the_burst_and_what_has_flowed_in(
    pauses, burst, per_minute
):
    bucket, now, let_through = Meter(per_minute=per_minute, burst=burst), 0.0, []
    for pause in pauses:
        now += pause
        if bucket.wait("a", now) == 0:
            let_through.append(now)

    for first, begin in enumerate(let_through):
        for count, end in enumerate(let_through[first:], start=1):
            assert count <= burst + (end - begin) * per_minute / 60 + 1e-6


@given(burst=st.integers(1, 20), per_minute=st.integers(1, 600))
def test_whoever_waits_as_long_as_told_is_let_through(burst, per_minute):
    bucket = Meter(per_minute=per_minute, burst=burst)
    while (wait := bucket.wait("a", 0.0)) == 0:
        pass

    assert bucket.wait("a", wait + 1e-6) == 0


def test_callers_do_not_share_a_bucket_and_are_forgotten_in_time(monkeypatch):
    monkeypatch.setattr(meter, "_MOST_CALLERS", 100)
    bucket = Meter(per_minute=1, burst=1)

    waits = [bucket.wait(f"caller {number}", 0.0) for number in range(1_000)]

    assert set(waits) == {0.0}
    assert len(bucket._buckets) == 100
