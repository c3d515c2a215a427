from hypothesis import given
from hypothesis import strategies as st

from layerwarp.app.experiments.cache import BoundedCache


def test_least_recently_used_is_dropped():
    cache = BoundedCache(2, 100, len)
    cache.put("a", "1")
    cache.put("b", "2")
    assert cache.get("a") == "1"
    cache.put("c", "3")
    assert [cache.get(key) for key in "abc"] == ["1", None, "3"]


def test_a_value_larger_than_all_is_not_kept():
    cache = BoundedCache(2, 3, len)
    cache.put("a", "1234")
    assert cache.get("a") is None
    assert cache.nbytes == 0


def test_a_value_larger_than_all_leaves_the_others():
    cache = BoundedCache(3, 5, len)
    cache.put("a", "12")
    cache.put("b", "12")
    cache.put("c", "123456")
    assert [cache.get(key) for key in "abc"] == ["12", "12", None]
    cache.put("a", "123456")
    assert [cache.get(key) for key in "ab"] == [None, "12"]
    assert cache.nbytes == 2


@given(st.lists(st.tuples(st.integers(0, 5), st.text(max_size=6))))
def test_bounds_hold_whatever_is_put(items):
    cache = BoundedCache(3, 10, len)
    for key, value in items:
        cache.put(key, value)
        assert cache.get(key) in (value, None)
        assert len(cache) <= 3
        assert 0 <= cache.nbytes <= 10
    assert cache.nbytes == sum(len(cache.get(key) or "") for key in range(6))
