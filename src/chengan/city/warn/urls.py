"""Addresses of warn."""

from django.urls import path, re_path

from chengan.city.warn.views import (
    alarms,
    cap,
    channels,
    limits,
    receipts,
    release,
    silences,
    tables,
    warnings,
)

app_name = "warn"
SILENCE, MAINTENANCE = {"kind": "silence"}, {"kind": "maintenance"}
urlpatterns = [
    path("", alarms.alarms, name="alarms"),
    re_path(r"^export\.(?P<form>csv|xlsx)$", alarms.alarm_export, name="alarm_export"),
    path("alarms/<uuid:alarm_id>/assign/", alarms.assign, name="assign"),
    path("alarms/<uuid:alarm_id>/leave/", alarms.leave, name="leave"),
    path("rules/", limits.rules, name="rules"),
    path("rules/<slug:code>/", limits.limit_set, name="limit_set"),
    path("rules/<slug:code>/edit/", limits.edit, name="limit_edit"),
    path("rules/<slug:code>/copy/", limits.copy, name="limit_copy"),
    path("rules/<slug:code>/bind/", limits.bind, name="limit_bind"),
    path("rules/<slug:code>/back/<int:version>/", limits.go_back, name="limit_back"),
    path("alarms/<uuid:alarm_id>/", alarms.alarm, name="alarm"),
    re_path(
        r"^alarms/(?P<alarm_id>[0-9a-f-]{36})/(?P<verdict>confirm|dismiss|reopen)/$",
        alarms.judge,
        name="judge",
    ),
    path("warnings/", warnings.warnings, name="warnings"),
    re_path(
        r"^warnings/export\.(?P<form>csv|xlsx)$", warnings.warning_export, name="warning_export"
    ),
    path("warnings/new/", release.new, name="warning_new"),
    path("warnings/<uuid:warning_id>/", warnings.warning, name="warning"),
    path("warnings/<uuid:warning_id>/release/", release.release, name="release"),
    path("warnings/<uuid:warning_id>/told/", release.told, name="told"),
    path("warnings/<uuid:warning_id>/do/<slug:action>/", warnings.act, name="act"),
    path("silences/", silences.silences, SILENCE, name="silences"),
    path("silences/new/", silences.new, SILENCE, name="silence_new"),
    path("maintenance/", silences.silences, MAINTENANCE, name="maintenance"),
    path("maintenance/new/", silences.new, MAINTENANCE, name="maintenance_new"),
    re_path(
        r"^silences/(?P<silence_id>\d+)/(?P<action>end|approve)/$",
        silences.act,
        name="silence_act",
    ),
    path("authority/", tables.authority, name="authority"),
    path("authority/<int:authority_id>/", tables.authority_edit, name="authority_edit"),
    path("authority/<int:authority_id>/copy/", tables.authority_copy, name="authority_copy"),
    path("authority/routing/<int:routing_id>/", tables.routing, name="routing"),
    path("events/", tables.rules, name="event_rules"),
    path("events/<slug:kind>/new/", tables.rule_edit, name="rule_new"),
    path("events/<slug:kind>/<int:row_id>/", tables.rule_edit, name="rule_edit"),
    path("deliveries/", channels.deliveries, name="deliveries"),
    re_path(
        r"^deliveries/export\.(?P<form>csv|xlsx)$",
        channels.delivery_export,
        name="delivery_export",
    ),
    path("deliveries/<int:delivery_id>/again/", channels.send_again, name="send_again"),
    path("deliveries/<int:delivery_id>/acknowledge/", receipts.acknowledge, name="acknowledge"),
    path("mine/", receipts.mine, name="mine"),
    path("r/<str:token>/", receipts.link, name="receipt"),
    path("webhook/<slug:code>/receipt/", receipts.webhook, name="webhook"),
    path("channels/", channels.channels, name="channels"),
    path("channels/new/", channels.channel_edit, name="channel_new"),
    path("channels/<int:channel_id>/", channels.channel_edit, name="channel_edit"),
    path("feeds/", channels.feeds, name="feeds"),
    path("feeds/new/", channels.feed_edit, name="feed_new"),
    path("feeds/take/", channels.take_file, name="take_file"),
    path("feeds/<int:feed_id>/", channels.feed_edit, name="feed_edit"),
    path("cap/feed.atom", cap.feed, name="cap_feed"),
    path("cap/received/<int:message_id>.xml", cap.received, name="cap_received"),
    path("cap/<str:identifier>.xml", cap.message, name="cap_message"),
]
