"""`chengan gateway`: collects single readings at the edge and sends them to a city in batches."""

import logging
import signal
import threading
from pathlib import Path
from types import FrameType

import typer

from chengan.city.site.gateway import hearing
from chengan.city.site.gateway.sending import Sender
from chengan.city.site.gateway.spool import Spool

LOOK_S = 5.0
MEBI = 1 << 20


def gateway(
    city: str = typer.Option(..., help="城市地址 · the city, e.g. https://city.example"),
    source: str = typer.Option(..., help="数据源编码 · key of the source"),
    token_file: Path = typer.Option(..., help="令牌文件 · file with the source's token"),
    folder: Path = typer.Option(..., help="暂存目录 · where readings wait"),
    mqtt: str = typer.Option("", help="本地 MQTT 服务 主机:端口 · local broker, host:port"),
    prefix: str = typer.Option("", help="主题前缀 · what topics begin with; the rest is the key"),
    mqtt_user: str = typer.Option("", help="MQTT 账号 · account at the broker"),
    mqtt_password_file: Path | None = typer.Option(None, help="MQTT 密码文件 · its password"),
    http: int = typer.Option(-1, help="接收行数据的端口 · port that takes lines, POST /readings"),
    host: str = typer.Option("127.0.0.1", help="监听地址 · address to listen on"),
    stdin: bool = typer.Option(False, "--stdin", help="从标准输入读行 · read lines piped in"),
    every: float = typer.Option(1.0, min=0.05, help="每批秒数 · seconds a batch"),
    most_mb: int = typer.Option(1024, min=1, help="最多占用磁盘 MB · most disk to use"),
    when_full: str = typer.Option(
        "oldest", help="磁盘满时 · when full: oldest 丢弃最旧 drop the oldest, refuse 拒收 refuse"
    ),
) -> None:
    """Hear devices and send what they say, in order, until told to stop."""
    if when_full not in {"oldest", "refuse"}:
        raise typer.BadParameter("--when-full: oldest 或 or refuse")
    if not mqtt and http < 0 and not stdin:
        raise typer.BadParameter("--mqtt, --http, --stdin: 至少一个 · give at least one")
    token = _text(token_file)
    password = _text(mqtt_password_file) if mqtt_password_file else ""
    account = (mqtt_user, password) if mqtt_user else None
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: _ask(stop, _frame))
    spool = Spool(folder, most_mb * MEBI, when_full == "oldest")
    url = f"{city.rstrip('/')}/api/v1/sources/{source}/readings"
    sender = Sender(spool, url, token, every, stop)
    roads = _roads(spool, _broker(mqtt, spool, prefix, account), host, http)
    thread = threading.Thread(target=sender.run, name="gateway-sender")
    thread.start()
    if stdin:
        hearing.follow(spool)
    _watch(sender, stop, until_empty=stdin and not roads)
    for road in roads:
        road.close()
    thread.join()
    spool.close()


def _ask(stop: threading.Event, _frame: FrameType | None) -> None:
    stop.set()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise typer.BadParameter(str(error)) from error


def _broker(
    mqtt: str, spool: Spool, prefix: str, account: tuple[str, str] | None
) -> list[hearing.Broker]:
    if not mqtt:
        return []
    where, _colon, port = mqtt.rpartition(":")
    if not port.isdigit():
        raise typer.BadParameter(f"--mqtt {mqtt}: 主机:端口 · host:port")
    return [hearing.Broker(spool, where or "127.0.0.1", int(port), prefix, account)]


def _roads(
    spool: Spool, brokers: list[hearing.Broker], host: str, http: int
) -> list[hearing.Broker | hearing.Door]:
    if http < 0:
        return list(brokers)
    door = hearing.Door(spool, host, http)
    typer.echo(f"接收 · listening: http://{host}:{door.port}/readings")
    return [*brokers, door]


def _watch(sender: Sender, stop: threading.Event, *, until_empty: bool) -> None:
    """Say every few seconds how it stands, when that has changed."""
    said = ""
    while not stop.wait(0.2 if until_empty else LOOK_S):
        spool = sender.spool
        now = (
            f"已发 sent {sender.sent} · 待发 waiting {spool.waiting()}"
            f" · 已弃 dropped {spool.dropped} · 被拒 refused {sender.refused}"
            + (f" · {sender.trouble}" if sender.trouble else "")
        )
        if now != said:
            typer.echo(now)
        said = now
        if until_empty and not spool.waiting():
            stop.set()
