"""What a grid says, in both languages; reasons are keyed by the message they translate."""

EN = {
    "undo": "Undo",
    "redo": "Redo",
    "unknown": "unknown",
    "changed": "{n} changed.",
    "pasted": "{n} pasted.",
    "copied": "{n} copied.",
    "outside": "{n} fell outside the table.",
    "refused": "{n} refused: {reason}",
    "nothing_to_undo": "Nothing to undo.",
    "nothing_to_redo": "Nothing to redo.",
    "hint": "Double-click a cell, or press Enter, to edit it.",
    "help": (
        "Arrow keys move, Enter edits, Delete makes unknown, Control Z undoes, "
        "Escape and then Tab leaves the table."
    ),
    "empty": "No rows yet.",
    "table": "Table",
}
ZH = {
    "undo": "撤销",
    "redo": "重做",
    "unknown": "未知",
    "changed": "已修改 {n} 格。",
    "pasted": "已粘贴 {n} 格。",
    "copied": "已复制 {n} 格。",
    "outside": "{n} 格超出表格范围，未粘贴。",
    "refused": "{n} 格未接受：{reason}",
    "nothing_to_undo": "没有可撤销的修改。",
    "nothing_to_redo": "没有可重做的修改。",
    "hint": "双击单元格或按回车键即可编辑。",
    "help": "方向键移动，回车编辑，Delete 设为未知，Ctrl+Z 撤销，先按 Esc 再按 Tab 离开表格。",
    "empty": "暂无数据行。",
    "table": "表格",
    "A cell takes text or a number.": "单元格只接受文字或数字。",
    "At most {max} characters.": "最多 {max} 个字符。",
    "{value} is not a number.": "“{value}”不是数字。",
    "A level is a whole number from {min} to {max}.": "等级须为 {min} 到 {max} 的整数。",
    "A level is a number from {min} to {max}, with {decimals} decimal at most.": (
        "等级须为 {min} 到 {max} 的数，最多 {decimals} 位小数。"
    ),
    "{value} is not a date; write it as 2026-01-31.": (
        "“{value}”不是日期，请写成 2026-01-31 的格式。"
    ),
    "{value} is not among: {choices}.": "“{value}”不在可选项中：{choices}。",
    "The least is {min}.": "不能小于 {min}。",
    "The most is {max}.": "不能大于 {max}。",
    "This table is read-only.": "此表格为只读。",
    "There is no such row.": "没有这一行。",
    "There is no such column.": "没有这一列。",
    "This column cannot be edited.": "此列不可编辑。",
    "The change could not be saved.": "修改未能保存。",
    "Too many changes at once: at most {max}.": "一次修改过多：最多 {max} 格。",
}
TEXTS = {"en": EN, "zh": ZH}
"""Texts of the page and of refusals by language; an English refusal is its own key."""
