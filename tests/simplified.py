"""Characters of the simplified script alone, of those the product's words use: none may be left in zh-Hant."""

SIMPLIFIED_ONLY = frozenset(
    "与专业东丢两严个为举么义乡书争产亲仅从们众优会传体儿关内册写军农决况凉凭击则刚删别办务动劳区医协单卫厅历县参双发变号吗听员响围国图块处备复够头奖实审对导将尽届属岗峰带并庆库应开异张"
    "弯归当录径态总恳恶惩战户扬护报拟拨择换数断无时显暂机杂权条来构标栏样档检横欢汇没洁济浏满点炼热牵状独环现电疗监盖码离积称稳笔筛筹签简类紧级纪纳纸线细终经结绕给络统绩续综编缩网职"
    "联肃脑节获虚补见规览触计认让议记许论讼设访证评识诉词试诚话询该详语误说请读谁调谢负责账质贵踪车转轮载较输达过运还这进违连迟选邮针钟钥银链错长门闭问间阅队际险随隐难页项顺须预领频题风"
    "馈验"
)
"""Of a character that both scripts write (后, 里, 台, 准, 面 …) only a person can say whether it is right."""
