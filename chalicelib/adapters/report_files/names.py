"""Chinese names of what a report counts and tells of: figures, statuses, moves, kinds, sources, parts of a score."""

from collections.abc import Mapping
from types import MappingProxyType

from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.periods import PeriodKind

NOTHING = "—"
WITHHELD = "按规定不列"

FIGURES: Mapping[Figure, str] = MappingProxyType(
    {
        Figure.RECEIVED: "收到来信",
        Figure.ACCEPTED: "受理",
        Figure.DECLINED: "不予受理",
        Figure.KEPT: "留存参考",
        Figure.FORWARDED: "转送",
        Figure.FORWARDED_ANSWERED: "转送后答复",
        Figure.REFERRED: "呈办",
        Figure.WITHDRAWN: "来信人撤回",
        Figure.MERGED: "并入他信",
        Figure.REMOVED: "删除",
        Figure.TRIAGED_ON_TIME: "按时受理交办（件次）",
        Figure.TRIAGED_LATE: "逾期受理交办（件次）",
        Figure.ASSIGNED: "交办（件次）",
        Figure.CLAIMED: "其中认领",
        Figure.ANSWERED: "答复",
        Figure.ON_TIME: "按时答复",
        Figure.LATE: "逾期答复",
        Figure.RELEASED_LATE: "逾期后转出",
        Figure.SIGNED_ON_TIME: "按时审签",
        Figure.SIGNED_LATE: "逾期审签",
        Figure.EXTENSIONS: "准予延期",
        Figure.RETURNS: "退回",
        Figure.RETURNED_LATE: "其中超期退回",
        Figure.PING_PONG: "退回后又交办同一单位",
        Figure.SEND_BACKS: "退办",
        Figure.REOPENED: "来信人要求再办",
        Figure.REPEATS: "答复后再次来信",
        Figure.REMINDERS: "提醒",
        Figure.URGES: "催办",
        Figure.ESCALATIONS: "升级督促",
        Figure.CIRCULARS: "通报批评",
        Figure.INSTRUCTED: "领导批示",
        Figure.SUPERVISED: "督办",
        Figure.CALL_BACKS: "回访",
        Figure.CALL_BACKS_UNSETTLED: "回访不满意",
        Figure.SPOT_CHECKS: "抽查",
        Figure.SPOT_CHECKS_FAILED: "抽查不合格",
        Figure.REFERRED_TO_INSPECTION: "移送督查效能部门",
        Figure.HELD_TO_ACCOUNT: "问责处理",
        Figure.PUBLISHED: "公开",
        Figure.RATED: "评价",
        Figure.HANDLED: "承办（件次）",
        Figure.REPLY_OWED: "本期受理应答复",
        Figure.REPLY_GIVEN: "其中已答复",
        Figure.OPEN: "期末在办",
        Figure.OVERDUE: "期末逾期在办",
    }
)

STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "received": "待受理",
        "accepted": "待交办",
        "referred": "已呈领导",
        "assigned": "办理中",
        "in_approval": "审签中",
        "answered": "已答复",
        "closed": "已办结",
        "declined": "不予受理",
        "kept": "留存参考",
        "forwarded": "已转送",
        "withdrawn": "已撤回",
        "merged": "已并入",
        "removed": "已删除",
    }
)

MOVES: Mapping[str, str] = MappingProxyType(
    {
        "receive": "收到来信",
        "accept": "受理",
        "decline": "不予受理",
        "keep_for_information": "留存参考",
        "classify": "更正分类",
        "assign": "交办",
        "forward": "转送",
        "refer_up": "呈办",
        "convert": "转为交办",
        "grant_extension": "准予延期",
        "refuse_extension": "不予延期",
        "send_back": "退办",
        "approve": "审核签批",
        "publish": "签发公开",
        "withhold": "决定不公开",
        "call_back": "回访",
        "link_repeat": "认定重复来信",
        "remove": "删除",
        "claim": "认领",
        "return": "退回",
        "sub_assign": "交具体承办人",
        "contact_writer": "联系来信人",
        "request_extension": "申请延期",
        "explain_delay": "向来信人说明",
        "answer": "答复",
        "instruct": "批示",
        "supervise": "督办",
        "urge": "催办",
        "spot_check": "抽查",
        "refer_to_efficiency_office": "移送督查效能部门",
        "hold_to_account": "问责处理",
        "supplement": "来信人补充",
        "rate": "评价",
        "reopen": "来信人要求再办",
        "withdraw": "来信人撤回",
        "ladder_step": "到期提醒督促",
        "recount": "重新计算时限",
        "part": "恢复单独办理",
    }
)

UNIT_COLUMNS = (
    Figure.ASSIGNED,
    Figure.ANSWERED,
    Figure.ON_TIME,
    Figure.LATE,
    Figure.RELEASED_LATE,
    Figure.EXTENSIONS,
    Figure.RETURNS,
    Figure.SEND_BACKS,
    Figure.OPEN,
    Figure.OVERDUE,
)
"""What the page's table of units counts."""

QUALITY_COLUMNS = (
    Figure.SEND_BACKS,
    Figure.URGES,
    Figure.REPEATS,
    Figure.REOPENED,
    Figure.CALL_BACKS,
    Figure.SPOT_CHECKS,
    Figure.CIRCULARS,
    Figure.HELD_TO_ACCOUNT,
    Figure.RATED,
)
"""What the page's table of quality and supervision counts."""

ORDINALS = "一二三四五六七八九十"
TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "policy": "政策性问题",
        "sensitive": "敏感问题",
        "trending": "热点问题",
        "development": "涉及发展",
        "stability": "涉及稳定",
        "important": "重要来信",
    }
)
PARTS: Mapping[str, str] = MappingProxyType(
    {"answer_rate": "答复率", "timeliness_rate": "按时率", "quality": "答复质量", "satisfaction": "满意度"}
)
DEDUCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "returned_late": "超期退回",
        "sent_back": "退办",
        "urged": "催办",
        "repeat": "答复后再次来信",
        "circular": "通报批评",
        "held_to_account": "问责处理",
    }
)
CLOCKS: Mapping[str, str] = MappingProxyType(
    {"triage": "受理交办", "handle": "办理答复", "redo": "重新办理", "approval": "答复审签"}
)
SOURCES: Mapping[str, str] = MappingProxyType({"web": "网上来信", "hotline": "热线", "": "未注明"})
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "consultation": "咨询",
        "complaint": "投诉",
        "accusation": "举报",
        "opinion": "意见",
        "suggestion": "建议",
        "help": "求助",
        "other": "其他",
    }
)
SCORES: Mapping[str, str] = MappingProxyType(
    {"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "很不满意"}
)
REPORTS: Mapping[PeriodKind, str] = MappingProxyType(
    {
        PeriodKind.DAILY: "信箱办理每日清单",
        PeriodKind.WEEKLY: "信箱办理周报",
        PeriodKind.MONTHLY: "信箱办理每月汇总",
        PeriodKind.QUARTERLY: "信箱办理季度通报",
        PeriodKind.YEARLY: "信箱办理年度考核报告",
    }
)
