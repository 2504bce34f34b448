"""The roles that the product comes with."""

from chengan.city.places.models import Role
from chengan.city.places.permissions import Permission

SEES = [
    Permission.VIEW_PLACES,
    Permission.VIEW_SENSE,
    Permission.VIEW_ALARMS,
    Permission.VIEW_RISKS,
]
WARNS = [Permission.RELEASE_WARNINGS, Permission.HANDLE_WARNINGS, Permission.SILENCE_ALARMS]
TAKES_PART = [Permission.VIEW_INCIDENTS, Permission.HANDLE_TASKS]
LEADS = [*TAKES_PART, Permission.COMMAND_INCIDENTS, Permission.MANAGE_RESOURCES]
KEEPS = [Permission.EDIT_PLACES, Permission.IMPORT_PLACES]
FINDS = [Permission.VIEW_DANGERS, Permission.REPORT_DANGERS]
PLANS = [Permission.VIEW_SITES, Permission.PLAN_SITES]
ROLES: dict[str, tuple[str, str, list[Permission]]] = {
    "duty_officer": (
        "值班员",
        "Duty officer",
        [*SEES, Permission.JUDGE_ALARMS, *WARNS, *LEADS, *FINDS, Permission.JUDGE_DANGERS],
    ),
    "handler": (
        "处置人员",
        "Handler",
        [
            *SEES,
            Permission.HANDLE_WARNINGS,
            *TAKES_PART,
            Permission.EDIT_RISKS,
            *FINDS,
            Permission.RECTIFY_DANGERS,
        ],
    ),
    "analyst": (
        "研判员",
        "Analyst",
        [
            *SEES,
            Permission.JUDGE_ALARMS,
            Permission.EDIT_LIMITS,
            Permission.HANDLE_QUARANTINE,
            Permission.VIEW_INCIDENTS,
            Permission.EDIT_PLANS,
            Permission.EDIT_RISKS,
            Permission.REVIEW_RISKS,
            Permission.EDIT_METHODS,
            Permission.VIEW_SITES,
            Permission.RECOMMEND_SITES,
            Permission.KEEP_MEASURES,
            *FINDS,
        ],
    ),
    "enterprise_manager": (
        "企业管理员",
        "Enterprise manager",
        [
            *SEES,
            *KEEPS,
            *TAKES_PART,
            *PLANS,
            Permission.MANAGE_DUTIES,
            Permission.MANAGE_RESOURCES,
            Permission.HANDLE_WARNINGS,
            Permission.EDIT_RISKS,
            *FINDS,
            Permission.RECTIFY_DANGERS,
        ],
    ),
    "consultant": (
        "第三方咨询",
        "Consultant",
        [*SEES, Permission.EDIT_RISKS, Permission.VIEW_SITES, Permission.ADVISE_SITES, *FINDS],
    ),
    "planner": ("规划人员", "Planner", [*SEES, *PLANS]),
    "leader": (
        "领导",
        "Leader",
        [
            *SEES,
            Permission.VIEW_AUDIT,
            Permission.APPROVE_WARNINGS,
            Permission.APPROVE_RISKS,
            Permission.VIEW_INCIDENTS,
            Permission.VIEW_SITES,
            Permission.DECIDE_SITES,
            Permission.VIEW_DANGERS,
            Permission.LIST_DANGERS,
        ],
    ),
    "integrator": (
        "接入人员",
        "Integrator",
        [*SEES, *KEEPS, Permission.MANAGE_SOURCES, Permission.HANDLE_QUARANTINE],
    ),
    "administrator": ("管理员", "Administrator", list(Permission)),
}


def seed_roles() -> None:
    """Create the product's roles; leave alone those that the city has changed."""
    for code, (name_zh, name_en, permissions) in ROLES.items():
        Role.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": name_zh,
                "name_en": name_en,
                "permissions": [permission.value for permission in permissions],
            },
        )
