"""Years of other calendars that news sites print, and declare: the Buddhist era, and the solar Hijri of Iran."""

from datetime import date, timedelta

__all__ = ["common_era"]

_BUDDHIST = 543
"""Years from the Buddhist era's, which Thailand and Laos print, to the common one."""

_BUDDHIST_YEARS = range(2450, 2650)
_SOLAR_YEARS = range(1350, 1450)
"""Years that are none of the common era on a news page."""

_BEFORE_SOLAR = date(622, 3, 20)
"""From where the days of the solar Hijri calendar are counted; Nowruz of 1403 was 20 March 2024."""


def common_era(year: int, month: int, day: int) -> tuple[int, int, int]:
    """
    Return a day as the common calendar has it; one that is of no other calendar, or is none, stays as it is.

    >>> common_era(2569, 1, 6), common_era(1403, 1, 24), common_era(2026, 1, 6)
    ((2026, 1, 6), (2024, 4, 12), (2026, 1, 6))
    """
    if year in _BUDDHIST_YEARS:
        return year - _BUDDHIST, month, day
    if year not in _SOLAR_YEARS or not (1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        return year, month, day
    # Six months of 31 days, then months of 30; eight leap years in 33 (right for 1178 to 1633).
    days = 365 * (year - 1) + (8 * year + 21) // 33 + 30 * (month - 1) + min(month - 1, 6) + day
    common = _BEFORE_SOLAR + timedelta(days=days)
    return common.year, common.month, common.day
