"""A diagram as large as owners draw them, with shapes and lines, for measurements."""

from collections.abc import Iterator

COLUMNS = 30
_WIDTH, _HEIGHT = 170, 120


def diagram(elements: int) -> str:
    """Return a process of so many steps in rows, one after the other, all of them drawn."""
    steps = "".join(_step(number, elements) for number in range(elements))
    flows = "".join(_flow(number) for number in range(elements - 1))
    shapes = "".join(_shape(number) for number in range(elements))
    edges = "".join(_edge(number) for number in range(elements - 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="all" '
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace="urn:x" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
        'xmlns:redress="urn:redress:bpmn:1.0">\n'
        f'<bpmn:process id="complaint" isExecutable="true">\n{steps}{flows}</bpmn:process>\n'
        '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="complaint">\n'
        f"{shapes}{edges}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n</bpmn:definitions>\n"
    )


def _kind(number: int, last: int) -> str:
    return "startEvent" if number == 0 else "endEvent" if number == last else "userTask"


def _step(number: int, elements: int) -> str:
    kind = _kind(number, elements - 1)
    says = (
        '<bpmn:extensionElements><redress:step form="assess" role="handler" due="2 working days" '
        'clause="7.5" publicStatus="being_assessed" /></bpmn:extensionElements>'
    )
    ways = "".join(_ways(number, elements))
    own = says if kind == "userTask" else ""
    return f'<bpmn:{kind} id="s{number}" name="Step {number}">{own}{ways}</bpmn:{kind}>\n'


def _ways(number: int, elements: int) -> Iterator[str]:
    if number:
        yield f"<bpmn:incoming>f{number - 1}</bpmn:incoming>"
    if number < elements - 1:
        yield f"<bpmn:outgoing>f{number}</bpmn:outgoing>"


def _flow(number: int) -> str:
    ends = f'sourceRef="s{number}" targetRef="s{number + 1}"'
    return f'<bpmn:sequenceFlow id="f{number}" {ends} />\n'


def _corner(number: int) -> tuple[int, int]:
    row, column = divmod(number, COLUMNS)
    return 100 + column * _WIDTH, 100 + row * _HEIGHT


def _shape(number: int) -> str:
    x, y = _corner(number)
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="100" height="80" />'
    return f'<bpmndi:BPMNShape id="d{number}" bpmnElement="s{number}">{bounds}</bpmndi:BPMNShape>\n'


def _edge(number: int) -> str:
    (x, y), (to_x, to_y) = _corner(number), _corner(number + 1)
    points = ((x + 100, y + 40), (to_x, to_y + 40))
    way = "".join(f'<di:waypoint x="{left}" y="{top}" />' for left, top in points)
    return f'<bpmndi:BPMNEdge id="e{number}" bpmnElement="f{number}">{way}</bpmndi:BPMNEdge>\n'
