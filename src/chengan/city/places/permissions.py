"""What can be permitted: one code for each thing that a role may or may not do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    """Codes kept in `Role.permissions`; a grant gives them for an organisation's branch."""

    VIEW_PLACES = "view_places", _("See objects, areas and organisations")
    EDIT_PLACES = "edit_places", _("Change objects, areas and organisations")
    IMPORT_PLACES = "import_places", _("Import objects from files")
    MANAGE_DUTIES = "manage_duties", _("Assign duties, substitutes and rosters")
    MANAGE_USERS = "manage_users", _("Create accounts and grant roles")
    VIEW_SENSE = "view_sense", _("See datastreams and readings")
    MANAGE_SOURCES = "manage_sources", _("Manage sources and their credentials")
    HANDLE_QUARANTINE = "handle_quarantine", _("Correct and replay quarantined data")
    VIEW_ALARMS = "view_alarms", _("See alarms")
    JUDGE_ALARMS = "judge_alarms", _("Confirm or dismiss alarms")
    RELEASE_WARNINGS = "release_warnings", _("Level, release, raise, lower and lift warnings")
    APPROVE_WARNINGS = "approve_warnings", _("Approve warnings as a second person")
    HANDLE_WARNINGS = "handle_warnings", _("Acknowledge, handle and feed back warnings")
    SILENCE_ALARMS = "silence_alarms", _("Silence alarms and set maintenance windows")
    EDIT_AUTHORITY = "edit_authority", _("Change who may issue warnings and who is told")
    MANAGE_CHANNELS = "manage_channels", _("Manage channels and feeds of warnings")
    EDIT_LIMITS = "edit_limits", _("Change limits and rules")
    VIEW_INCIDENTS = "view_incidents", _("See incidents")
    COMMAND_INCIDENTS = "command_incidents", _("Open, lead and close incidents, give out tasks")
    HANDLE_TASKS = "handle_tasks", _("Carry out tasks")
    MANAGE_RESOURCES = "manage_resources", _("Keep teams, vehicles, stores, shelters, experts")
    EDIT_PLANS = "edit_plans", _("Write plans and put them in force")
    VIEW_RISKS = "view_risks", _("See risks and the four-colour map")
    EDIT_RISKS = "edit_risks", _("Register and assess risks, keep controls")
    REVIEW_RISKS = "review_risks", _("Review assessments of risks")
    APPROVE_RISKS = "approve_risks", _("Approve assessments of risks")
    EDIT_METHODS = "edit_methods", _("Change assessment methods, libraries and living rules")
    VIEW_SITES = "view_sites", _("See siting reviews and root causes")
    PLAN_SITES = "plan_sites", _("Draw up projects for siting review")
    ADVISE_SITES = "advise_sites", _("Review projects as a consultant")
    RECOMMEND_SITES = "recommend_sites", _("Recommend on projects as the safety office")
    DECIDE_SITES = "decide_sites", _("Decide on projects and let them pass gates")
    KEEP_MEASURES = "keep_measures", _("Keep measures at the source")
    VIEW_DANGERS = "view_dangers", _("See hidden dangers")
    REPORT_DANGERS = "report_dangers", _("Report hidden dangers")
    JUDGE_DANGERS = "judge_dangers", _("Judge, order, verify and close hidden dangers")
    RECTIFY_DANGERS = "rectify_dangers", _("Rectify hidden dangers")
    LIST_DANGERS = "list_dangers", _("List major hidden dangers for supervision")
    VIEW_AUDIT = "view_audit", _("See who changed what")
