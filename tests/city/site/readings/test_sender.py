import pyarrow as pa
import pytest

from chengan.city.site.readings import files, sender


class Log:
    """Stands for the hub's door, which a test of its own holds; keeps what is sent."""

    def __init__(self) -> None:
        self.messages = []

    def send(self, message) -> int:
        self.messages.append(message)
        return len(self.messages)


@pytest.fixture
def opened():
    made = sender.Sender()
    made.door = Log()
    return made


def test_a_large_table_goes_in_messages_the_log_can_carry(opened):
    rows = files.BATCH_ROWS * 2 + 1
    table = pa.table({"datastream": ["a"] * rows, "time": range(rows), "value": [1.0] * rows})
    assert opened.send("s", table, road="file", evaluate=False) == 3
    sizes = [pa.ipc.open_stream(m.payload).read_all().num_rows for m in opened.door.messages]
    assert sizes == [files.BATCH_ROWS, files.BATCH_ROWS, 1]
    assert {message.evaluate for message in opened.door.messages} == {False}


def test_text_columns_go_as_csv_so_that_a_bad_number_reaches_the_quarantine(opened):
    table = pa.table({"datastream": ["a"], "time": ["x"], "value": ["broken"]})
    opened.send("s", table, road="file", evaluate=True)
    assert opened.door.messages[0].format == "csv"
    assert b"broken" in opened.door.messages[0].payload
