"""A school's way through siting review in real browsers: four people, two languages, one decision."""

import json

import pytest
from playwright.sync_api import expect

from chengan.city.assess.models import Condition, SitingProject
from chengan.city.site.sample.siting import TANKS, box

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ZH, EN = "zh-CN", "en-GB"


def test_four_people_decide_on_a_school_beside_tanks(sign_in, web):
    planner = sign_in("planner", locale=ZH, viewport=DESK)
    planner.goto(f"{web}/assess/siting/new/")
    planner.fill("[name=name_zh]", "东岸小学")
    planner.fill("[name=name_en]", "East Bank school")
    planner.select_option("[name=kind]", "school")
    planner.select_option("[name=organisation]", index=1)
    planner.fill("[name=people_day]", "700")
    planner.fill("[name=geometry]", json.dumps(box(TANKS[0] + 0.002, TANKS[1], 0.001, 0.0005)))
    planner.click("form.card .button--main")
    planner.click("text=计算评审结果")
    expect(planner.locator("main")).to_contain_text("不满足基准")
    expect(planner.locator("main")).to_contain_text("注意事项")
    planner.click("text=交咨询机构")
    page = planner.url

    consultant = sign_in("consult", locale=EN, viewport=PHONE)
    consultant.goto(page)
    expect(consultant.locator("h1")).to_contain_text("East Bank school")
    expect(consultant.locator("main")).to_contain_text("Does not meet the criteria")
    _sign(consultant, "advise", "Too near the sphere: move it.")

    officer = sign_in("analyst", locale=ZH, viewport=DESK)
    officer.goto(page)
    officer.click("text=提出条件")
    officer.fill("[name=text]", "校舍外移至安全距离以外")
    officer.select_option("[name=gate]", "design")
    officer.select_option("[name=owner]", index=1)
    officer.fill("[name=due_date]", "2027-03-01")
    officer.click("details[open] .button--main")
    _sign(officer, "recommend", "建议附条件通过。")

    leader = sign_in("leader", locale=EN, viewport=PHONE)
    leader.goto(page)
    leader.fill("#decide-note", "Only with the school moved.")
    leader.select_option("#decision", "approved")  # refused: the criteria are not met
    leader.click("form[action$='/decide/'] .button--main")
    expect(leader.locator(".messages")).to_contain_text("The criteria are not met")
    leader.fill("#decide-note", "Only with the school moved.")
    leader.select_option("#decision", "conditional")
    leader.click("form[action$='/decide/'] .button--main")
    expect(leader.locator("#step")).to_contain_text("Decided")
    project = SitingProject.objects.get(name_zh="东岸小学")
    assert project.status == "conditional"
    assert len({project.planner, project.consultant, project.officer, project.decider}) == 4
    assert Condition.objects.get(project=project).status == "open"
    planner.goto(f"{web}/assess/conditions/")
    expect(planner.locator("main")).to_contain_text("校舍外移至安全距离以外")


def _sign(page, action, note):
    page.fill(f"#{action}-note", note)
    page.click(f"form[action$='/{action}/'] .button--main")
    expect(page.locator("#step")).to_contain_text(note)
