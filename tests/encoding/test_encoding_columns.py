import numpy as np
import pytest
from made_up_tables import booleans, dates, numbers, texts

from pellucid.encoding.boolean import fit_boolean
from pellucid.encoding.category import CodedColumn, HashedColumn, OneHotColumn, PairColumn, fit_category
from pellucid.encoding.date import fit_date
from pellucid.encoding.numeric import fit_numeric
from pellucid.encoding.preparation import Preparation
from pellucid.encoding.presence import PresenceColumn
from pellucid.errors import DataError

PLAIN = Preparation()


def level_names(count):
    return [f"level {number:05d}" for number in range(count)]


def test_a_number_gets_an_indicator_only_if_training_rows_lack_it():
    assert fit_numeric(numbers("Age", 1, 2)).layout.passed == ()
    fitted = fit_numeric(numbers("Age", 1, None))
    assert fitted.layout.passed == ("Age missing",)
    assert fitted.expand(numbers("Age", None, 3)).passed.tolist() == [[1.0], [0.0]]


def test_text_among_numbers_is_read_or_counted_as_missing():
    fitted = fit_numeric(numbers("Age", 1, None))
    words = ["1.5", "inf", "n/a", "unknown", None, "oops", *["2"] * 20]
    expansion = fitted.expand(texts("Age", *words))
    assert expansion.numbers[:2, 0].tolist() == [1.5, np.inf]
    assert np.isnan(expansion.numbers[2:6, 0]).all()
    assert expansion.unreadable == {"oops": 1}


def test_a_numeric_column_of_words_is_refused_with_row_and_value():
    fitted = fit_numeric(numbers("Age", 1, 2))
    with pytest.raises(DataError, match=r"'Age' held numbers .* 2 of 4 rows .* row 2: 'old'") as caught:
        fitted.expand(texts("Age", "3", "old", "4", "new"))
    assert caught.value.code == "B068"


def test_digits_with_underscores_are_no_number():
    fitted = fit_numeric(numbers("Age", 1, 2))
    assert fitted.expand(texts("Age", "1_000", *["2"] * 20)).unreadable == {"1_000": 1}


def test_a_date_column_of_numbers_is_refused():
    fitted = fit_date(dates("Day", "2020-01-01", "2020-01-02"))
    with pytest.raises(DataError, match="'Day' held dates"):
        fitted.expand(numbers("Day", 20200101, 20200102))


def test_an_all_missing_column_is_missing_whatever_it_is_stored_as():
    empty = texts("x", None, None)
    assert np.isnan(fit_numeric(numbers("x", 1, 2)).expand(empty).numbers).all()
    assert fit_boolean(booleans("x", 0, 1)).expand(empty).passed.tolist() == [[0.0], [0.0]]
    assert fit_date(dates("x", "2020-01-01", "2021-01-01")).expand(numbers("x", None)).missing.all()
    assert fit_category(texts("x", *"abab"), PLAIN).expand(empty).missing.all()


def test_a_boolean_becomes_minus_and_plus_one():
    fitted = fit_boolean(booleans("smoker", 0, 1, None))
    assert fitted.layout.passed == ("smoker", "smoker missing")
    assert fitted.expand(booleans("smoker", 1, 0, None)).passed.tolist() == [[1, 0], [-1, 0], [0, 1]]


def test_a_boolean_of_two_other_numbers_keeps_them_and_counts_a_third():
    fitted = fit_boolean(numbers("code", 1, 2, 2))
    expansion = fitted.expand(numbers("code", 1, 2, 3))
    assert expansion.passed.tolist() == [[-1], [1], [0]]
    assert expansion.unseen == {"3": 1}


def test_a_boolean_reads_the_words_it_was_written_with():
    fitted = fit_boolean(booleans("telephone", 0, 1, spellings=("none", "yes")))
    assert fitted.expand(texts("telephone", "none", "Yes", "no", "1")).passed[:, 0].tolist() == [-1, 1, -1, 1]


def test_presence_says_only_whether_there_is_a_value():
    fitted = PresenceColumn(name="Cabin")
    assert fitted.expand(texts("Cabin", "C85", None)).passed.tolist() == [[1.0], [0.0]]
    assert fitted.layout.passed == ("Cabin present",)


def test_two_levels_share_one_column():
    fitted = fit_category(texts("Sex", "male", "female"), PLAIN)
    assert fitted == PairColumn(name="Sex", levels=("female", "male"))
    expansion = fitted.expand(texts("Sex", "male", "female", None, "Male"))
    assert expansion.passed[:, 0].tolist() == [1, -1, 0, 0]
    assert expansion.unseen == {"Male": 1}


def test_two_levels_with_gaps_get_a_column_each():
    fitted = fit_category(texts("Sex", "male", "female", None), PLAIN)
    assert fitted.expand(texts("Sex", "male", None)).passed.tolist() == [[0, 1], [0, 0]]


def test_few_levels_become_one_hot_and_missing_and_unseen_all_zeros():
    fitted = fit_category(texts("port", "S", "C", "Q", None), PLAIN)
    assert fitted.layout.passed == ("port=C", "port=Q", "port=S")
    expansion = fitted.expand(texts("port", "S", "C", None, "X", "X"))
    assert expansion.passed.tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert expansion.unseen == {"X": 2}
    assert expansion.missing.tolist() == [False, False, True, False, False]


def test_more_levels_become_codes_with_zero_for_missing_and_unseen():
    names = level_names(9)
    fitted = fit_category(texts("city", *names), PLAIN)
    assert isinstance(fitted, CodedColumn)
    assert fitted.layout.levels == 10
    assert fitted.expand(texts("city", names[0], names[8], None, "else")).codes.tolist() == [1, 9, 0, 0]


def test_very_many_levels_share_stable_buckets():
    names = level_names(1001)
    fitted = fit_category(texts("word", *names), PLAIN)
    assert isinstance(fitted, HashedColumn)
    codes = fitted.expand(texts("word", *names, None, "never seen")).codes
    assert codes[-2] == 0
    assert codes[:-2].min() >= 1
    assert codes.max() <= 256
    assert len(np.unique(codes)) > 240
    # blake2b of the text, 8 bytes, big-endian, modulo 256, plus 1: the same in every process and release.
    assert codes[:3].tolist() == GOLDEN_BUCKETS


GOLDEN_BUCKETS = [191, 67, 226]


def test_without_embedding_all_levels_become_one_hot_and_the_rarest_share_a_column():
    preparation = Preparation(embed=False)
    assert len(fit_category(texts("city", *level_names(100)), preparation).layout.passed) == 100
    names = level_names(103)
    fitted = fit_category(texts("city", *names, *names[2:102]), preparation)
    assert isinstance(fitted, OneHotColumn)
    assert fitted.layout.passed[-1] == "city other"
    assert len(fitted.levels) == 100
    expansion = fitted.expand(texts("city", names[0], "never seen", None, names[2]))
    assert expansion.passed.sum(axis=1).tolist() == [1, 1, 0, 1]
    assert expansion.passed[:, -1].tolist() == [1, 1, 0, 0]


def test_levels_stand_in_order_of_size_where_they_are_numbers():
    assert fit_category(texts("n", "10", "9", "x", "-1"), PLAIN).levels == ("-1", "9", "10", "x")


def test_a_level_is_recognised_however_its_number_is_written():
    fitted = fit_category(texts("n", "1.0", "2.0", "7"), PLAIN)
    assert fitted.expand(numbers("n", 1, 2, 7, 8)).passed.argmax(axis=1)[:3].tolist() == [0, 1, 2]
    assert fitted.expand(texts("n", "1", "7.0")).unseen == {}


def test_long_codes_are_never_taken_for_one_another():
    fitted = fit_category(texts("id", "12345678901234567890", "b", "c"), PLAIN)
    assert fitted.expand(texts("id", "12345678901234567891")).unseen == {"12345678901234567891": 1}


def test_a_date_becomes_days_and_circles():
    fitted = fit_date(dates("when", "1970-01-02", "1970-07-04T12:00"))
    assert fitted.cycles == ("year", "week", "day")
    assert fitted.layout.numbers[:3] == ("when in days", "when sine of year", "when cosine of year")
    days, *circles = fitted.expand(dates("when", "1970-01-05T06:00")).numbers[0]
    assert days == 4.25
    # Day 4 of the year, a Monday, a quarter of the day.
    angle = 2 * np.pi * 4 / 365.25
    assert circles == pytest.approx([np.sin(angle), np.cos(angle), 0, 1, 1, 0], abs=1e-12)


def test_a_cycle_that_stands_still_in_training_is_left_out():
    assert fit_date(dates("when", "2019-01-01", "2020-01-01", "2021-01-01")).cycles == ("week",)


def test_dates_before_1970_and_missing_ones_are_fine():
    fitted = fit_date(dates("when", "1901-05-05", "NaT", "1960-12-31"))
    assert fitted.indicator
    expansion = fitted.expand(dates("when", "1960-12-31", "NaT"))
    assert expansion.numbers[0, 0] == -3288
    assert np.isnan(expansion.numbers[1]).all()


def test_dates_written_as_text_are_read_in_universal_time():
    fitted = fit_date(dates("when", "1970-01-01", "1970-01-02"))
    expansion = fitted.expand(texts("when", "1970-01-02", "1970-01-02T03:00:00+03:00", None))
    assert expansion.numbers[:2, 0].tolist() == [1.0, 1.0]
