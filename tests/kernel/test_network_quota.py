"""How much one network sends: of IPv6 each /64, and all of a /48 together, because one subscriber may have as many of these."""

import pytest

from khcn.kernel.request_quotas import NetworkQuota, client_network, site_network


def test_who_changes_from_network_to_network_of_its_own_has_to_wait():
    quota = NetworkQuota(per_second=1 / 600, at_once=5)
    waits = [quota.take(f"2001:db8:0:{number:x}::1", now=0) for number in range(5 * NetworkQuota.SITE + 1)]
    assert waits[:-1] == [0] * (5 * NetworkQuota.SITE)
    assert waits[-1] == pytest.approx(600 / NetworkQuota.SITE)
    assert quota.take("2001:db8:1::1", now=0) == 0
    assert quota.take("2001:db8:0:ffff::1", now=600 / NetworkQuota.SITE + 1) == 0


def test_what_a_network_is_refused_takes_nothing_from_its_neighbours():
    quota = NetworkQuota(per_second=1 / 600, at_once=5)
    waits = [quota.take("2001:db8:0:1::1", now=0) for _each in range(1000)]
    assert waits == [0] * 5 + [pytest.approx(600)] * 995
    assert [quota.take(f"2001:db8:0:{number:x}::1", now=0) for number in range(2, 37)] == [0] * 35


def test_addresses_of_ipv4_and_of_this_machine():
    quota = NetworkQuota(per_second=1 / 600, at_once=1)
    assert [quota.take(f"203.0.113.{number}", now=0) for number in range(100)] == [0] * 100
    assert quota.take("203.0.113.1", now=0) == quota.take("::ffff:203.0.113.1", now=0) == pytest.approx(600)
    assert [quota.take("127.0.0.1", now=0) for _each in range(3)] == [0] * 3
    given = ("2001:db8:1:2:3::4%eth0", "::ffff:203.0.113.1", "203.0.113.1", "::1", "unknown")
    assert [(client_network(each), site_network(each)) for each in given] == [
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("203.0.113.1", None),
        ("203.0.113.1", None),
        (None, None),
        ("unknown", None),
    ]
