"""A store as it is after a year: links and days of many sites, made by the database itself, past the server."""

import datetime
import sqlite3
from pathlib import Path
from typing import NamedTuple


class Size(NamedTuple):
    links: int  # a million or more, by the thousand
    sites: int  # the first hundredth of them has half of the links
    days: int   # of each site; the last one is today


def fill_sqlite(file, size):
    """`file` has our tables already."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000")
    connection.execute("CREATE TEMP TABLE numbers AS WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL "
                       "SELECT n + 1 FROM numbers WHERE n + 1 < ?) SELECT n FROM numbers", (max(size),))
    connection.execute(
        "INSERT OR REPLACE INTO site_days SELECT 'site-' || sites.n || '.example.com' AS site, "
        "date('now', '-' || days.n || ' days') AS day, 2000000 / (sites.n + 10) + days.n % 7, sites.n % 40, sites.n % 5 "
        "FROM numbers AS sites, numbers AS days WHERE sites.rowid <= ? AND days.rowid <= ? ORDER BY site, day", (size.sites, size.days))
    owner = f"iif(n % 2, n / 2 % {size.sites}, n / 2 % {max(size.sites // 100, 1)})"
    connection.execute(
        f"INSERT OR REPLACE INTO links SELECT 'site-' || {owner} || '.example.com/2012/09/post-' || n AS key, "
        f"'site-' || {owner} || '.example.com', n % 5000, n % 50, n % 7 FROM numbers WHERE rowid <= ? ORDER BY key", (size.links,))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def fill_mongodb(database, size):
    today = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)

    def site(number):
        return {"$concat": ["site-", {"$toString": number}, ".example.com"]}

    def make(collection, outer, inner, *stages):
        """`stages` make each document of `a` from 0 to `outer` and `b` from 0 to `inner`."""
        database.aggregate([
            {"$documents": [{"a": {"$range": [0, outer]}}]}, {"$unwind": "$a"},
            {"$set": {"b": {"$range": [0, inner]}}}, {"$unwind": "$b"}, *stages,
            {"$merge": {"into": collection, "whenMatched": "replace"}}])

    make("site_days", size.days, size.sites,
         {"$set": {"day": {"$dateSubtract": {"startDate": today, "unit": "day", "amount": "$a"}}, "site": site("$b")}},
         {"$project": {"_id": {"$concat": ["$site", "|", {"$dateToString": {"date": "$day", "format": "%Y-%m-%d"}}]},
                       "site": 1, "day": 1, "folded": {"$toLong": 0}, "clicks": {"$toLong": {"$mod": ["$b", 40]}},
                       "shares": {"$toLong": {"$mod": ["$b", 5]}},
                       "impressions": {"$toLong": {"$divide": [2_000_000, {"$add": ["$b", 10]}]}}}})
    number = {"$add": [{"$multiply": ["$a", 1000]}, "$b"]}
    owner = {"$mod": [{"$floor": {"$divide": ["$n", 2]}},
                      {"$cond": [{"$mod": ["$n", 2]}, size.sites, max(size.sites // 100, 1)]}]}
    make("links", size.links // 1000, 1000,
         {"$set": {"n": number}}, {"$set": {"site": site({"$toLong": owner})}},
         {"$project": {"_id": {"$concat": ["$site", "/2012/09/post-", {"$toString": "$n"}]}, "site": 1,
                       "folded": {"$toLong": 0}, "impressions": {"$toLong": {"$mod": ["$n", 5000]}},
                       "clicks": {"$toLong": {"$mod": ["$n", 50]}}, "shares": {"$toLong": {"$mod": ["$n", 7]}}}})


def bytes_of(file):
    return sum(part.stat().st_size for part in Path(file).parent.glob(Path(file).name + "*"))
