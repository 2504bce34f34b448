"""The lake's files as documented, asked by Spark instead of the city's own engine.

Runs where `pyspark` (the extra `spark`) and a Java of at least 17 are installed.
"""

import shutil

import pytest

from chengan.city.sense.lake import segments
from tests.city.sense.lake.rows import rows_of

HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    sql = pytest.importorskip("pyspark.sql", reason="the extra `spark` is not installed")
    if not shutil.which("java"):
        pytest.skip("java is not installed")
    begun = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield begun
    begun.stop()


@pytest.mark.filterwarnings("ignore")
def test_spark_reads_what_the_runner_and_the_compaction_wrote(spark, tmp_path):
    first = rows_of((1, 0, 0.5), (2, HOUR, 7.25), unit="mm", late=[0])
    second = rows_of((1, HOUR, 1.5), unit="mm")
    first.given[:] = [500.0, 7250.0000000001]
    second.given[:] = [1500.0]
    paths = [
        str(tmp_path / segments.write(tmp_path, f"segments/{number}.parquet", rows).path)
        for number, rows in enumerate([first, second])
    ]
    table = spark.read.parquet(*paths)
    assert dict(table.dtypes) == {
        "datastream": "int",
        "time": "timestamp",
        "value": "double",
        "given": "double",
        "unit": "string",
        "arrival": "timestamp",
        "late": "boolean",
    }
    found = table.selectExpr("datastream", "unix_micros(time) t", "value", "given", "unit", "late")
    rows = sorted(tuple(row) for row in found.collect())
    assert rows == [
        (1, 0, 0.5, None, "mm", True),
        (1, HOUR, 1.5, None, "mm", False),
        (2, HOUR, 7.25, 7250.0000000001, "mm", False),
    ]
    table.createOrReplaceTempView("readings")
    asked = spark.sql("select avg(value) from readings where datastream = 1")
    assert asked.collect()[0][0] == 1.0
