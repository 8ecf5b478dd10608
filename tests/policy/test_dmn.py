"""Decisions read from files of DMN."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from wutong.errors import RuleError
from wutong.policy.decide import decide
from wutong.policy.dmn import DataType, Model, model_of
from wutong.policy.feel.column_tables import compile_table
from wutong.policy.feel.columns import values
from wutong.policy.feel.elements import BYTES, DEEP
from wutong.policy.feel.faults import ExpressionError, OutsideError, Source
from wutong.policy.feel.tables import Table
from wutong.policy.feel.types import BOOLEAN, NUMBER

SPACE = "urn:DMN"  # the reader asks of the space no more than that it names DMN


def document(body: str) -> bytes:
    return f'<?xml version="1.0"?><definitions namespace="u" xmlns="{SPACE}">{body}</definitions>'.encode()


def model(body: str) -> Model:
    return model_of(document(body), "rules.dmn")


def given(name: str, type_: str) -> str:
    return f'<inputData name="{name}" id="i_{name}"><variable name="{name}" typeRef="{type_}"/></inputData>'


def needs(*ids: str) -> str:
    inner = (f'<required{"Input" if one.startswith("i_") else "Decision"} href="#{one}"/>' for one in ids)
    return "".join(f"<informationRequirement>{one}</informationRequirement>" for one in inner)


def decision(name: str, logic: str, *ids: str, type_: str = "") -> str:
    return f'<decision name="{name}" id="d_{name}"><variable name="{name}" typeRef="{type_}"/>{needs(*ids)}{logic}</decision>'


def text(expression: str) -> str:
    return f"<literalExpression><text>{expression}</text></literalExpression>"


RULES = """<decisionTable hitPolicy="COLLECT" aggregation="SUM">
<input><inputExpression><text>投资</text></inputExpression></input>
<input><inputExpression><text>规上</text></inputExpression></input>
<output/>
<rule><inputEntry><text>&gt;= 100</text></inputEntry><inputEntry><text>-</text></inputEntry>
<outputEntry><text>投资 * 0.05</text></outputEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>true</text></inputEntry>
<outputEntry><text>20</text></outputEntry></rule>
</decisionTable>"""


def test_a_decision_is_worked_out_with_those_that_it_requires() -> None:
    made = model(
        given("投资", "number")
        + given("规上", "boolean")
        + decision("补助", RULES, "i_投资", "i_规上", type_="number")
        + decision("封顶", text("min(补助, 24)"), "d_补助")
    )
    assert decide(made, "封顶", {"投资": Fraction(100), "规上": True}) == 24
    assert decide(made, "补助", {"投资": Fraction(100), "规上": True}) == 25
    assert decide(made, "补助", {"投资": Fraction(99), "规上": False}) is None


def test_a_decision_table_of_a_file_compiles_to_columns() -> None:
    made = model(
        given("投资", "number") + given("规上", "boolean") + decision("补助", RULES, "i_投资", "i_规上")
    )
    table = made.decisions["补助"].logic
    assert isinstance(table, Table)
    (found,) = compile_table(table, {"投资": NUMBER, "规上": BOOLEAN}, Source(""))
    data = pl.DataFrame({"投资": [100, 99, None], "规上": [True, True, True]})
    assert values(found, data) == [Fraction(25), Fraction(20), None]


def test_records_functions_and_invocations_are_written_out() -> None:
    made = model(
        """<itemDefinition name="tLoan"><itemComponent name="rate"><typeRef>number</typeRef></itemComponent>
        <itemComponent name="sum"><typeRef>number</typeRef></itemComponent></itemDefinition>
        <businessKnowledgeModel name="interest" id="b"><encapsulatedLogic>
        <formalParameter name="p"/><formalParameter name="r"/>"""
        + text("p * r")
        + "</encapsulatedLogic></businessKnowledgeModel>"
        + given("loan", "tLoan")
        + decision("called", text("interest(loan.sum, r: loan.rate)".replace("r: ", "")), "i_loan")
        + decision(
            "invoked",
            f"""<invocation>{text("interest")}
            <binding><parameter name="p"/>{text("loan.sum")}</binding>
            <binding><parameter name="r"/>{text("loan.rate * 2")}</binding></invocation>""",
            "i_loan",
        )
    )
    row = {"loan.sum": Fraction(200), "loan.rate": Fraction(3, 100)}
    assert decide(made, "called", row) == 6
    assert decide(made, "invoked", row) == 12


def test_a_function_whose_body_is_a_table_is_called_by_a_decision() -> None:
    made = model(
        '<businessKnowledgeModel name="grant"><encapsulatedLogic><formalParameter name="投资"/>'
        f'<formalParameter name="规上"/>{RULES}</encapsulatedLogic></businessKnowledgeModel>'
        + given("n", "number")
        + decision("d", text("grant(n * 2, true)"), "i_n")
    )
    assert decide(made, "d", {"n": Fraction(50)}) == 25


def test_a_boxed_condition_that_is_neither_true_nor_false_is_null() -> None:
    parts = "".join(
        f"<{name}>{text(value)}</{name}>" for name, value in (("if", '"x"'), ("then", "1"), ("else", "2"))
    )
    assert decide(model(decision("d", f"<conditional>{parts}</conditional>")), "d", {}) is None


def test_a_result_of_another_type_than_declared_is_null() -> None:
    made = model(decision("d", text("1 + 1"), type_="string"))
    assert decide(made, "d", {}) is None
    assert made.decisions["d"].type == DataType("text")


def test_a_function_that_is_declared_to_give_a_list_may_be_all_that_a_decision_is() -> None:
    made = model(
        '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
        '<businessKnowledgeModel name="f"><encapsulatedLogic><formalParameter name="x"/>'
        '<literalExpression typeRef="tNumbers"><text>x</text></literalExpression>'
        "</encapsulatedLogic></businessKnowledgeModel>"
        + decision("one", text("f(10)"))
        + decision("other", text('f("a")'))
        + decision("none", text("f(null)"))
        + decision("more", text("f(10) + 1"))
    )
    assert [decide(made, name, {}) for name in ("one", "other", "none")] == [(Fraction(10),), None, None]
    with pytest.raises(OutsideError):
        decide(made, "more", {})


def test_decisions_that_require_each_other_in_a_circle_are_refused_with_the_circle() -> None:
    with pytest.raises(RuleError) as caught:
        model(
            decision("a", text("b"), "d_b")
            + decision("b", text("c"), "d_c")
            + decision("c", text("a"), "d_a")
        )
    assert "rules.dmn" in caught.value.text.zh
    assert caught.value.text.zh.count("→") == 3


def test_functions_that_call_each_other_in_a_circle_are_refused() -> None:
    def function(name: str, body: str) -> str:
        return (
            f'<businessKnowledgeModel name="{name}"><encapsulatedLogic><formalParameter name="x"/>{text(body)}'
            "</encapsulatedLogic></businessKnowledgeModel>"
        )

    made = model(function("f", "g(x)") + function("g", "f(x)") + decision("d", text("f(1)")))
    with pytest.raises(ExpressionError, match="circle"):
        decide(made, "d", {})


@pytest.mark.parametrize("count", [20, 400])
def test_functions_that_double_each_other_are_refused_before_they_fill_the_memory(count: int) -> None:
    bodies = [f"f{n + 1}(x) + f{n + 1}(x)" for n in range(count)] + ["x"]
    functions = "".join(
        f'<businessKnowledgeModel name="f{n}"><encapsulatedLogic><formalParameter name="x"/>{text(body)}'
        "</encapsulatedLogic></businessKnowledgeModel>"
        for n, body in enumerate(bodies)
    )
    with pytest.raises(ExpressionError):
        decide(model(functions + decision("d", text("f0(1)"))), "d", {})


def test_one_bad_decision_costs_no_other_and_says_where_it_stands() -> None:
    made = model("\n\n" + decision("bad", text("1 +")) + decision("good", text("1 + 1")))
    assert decide(made, "good", {}) == 2
    with pytest.raises(ExpressionError) as caught:
        decide(made, "bad", {})
    assert (caught.value.file, caught.value.clause, caught.value.line) == ("rules.dmn", "bad", 3)


def test_what_lies_outside_is_told_by_its_kind() -> None:
    made = model(
        given("t", "time")
        + decision("none", "")
        + decision("box", "<context><contextEntry/></context>")
        + decision("time", text("t"), "i_t")
        + '<decision name="far" id="d_far"><informationRequirement><requiredInput href="urn:x#y"/>'
        "</informationRequirement>" + text("1") + "</decision>"
    )
    kinds = {}
    for name in made.decisions:
        with pytest.raises(OutsideError) as caught:
            decide(made, name, {})
        kinds[name] = caught.value.kind
    assert kinds == {
        "none": "java, import, service",
        "box": "context, iteration, lambda",
        "time": "time of day",
        "far": "java, import, service",
    }


def test_an_unknown_decision_is_refused_with_the_nearest() -> None:
    with pytest.raises(RuleError) as caught:
        decide(model(decision("设备补助", text("1"))), "设备补贴", {})
    assert "设备补助" in caught.value.text.zh


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<definitions",
        b"<a/>",
        document("") + b"<b/>",
        b'<!DOCTYPE d [<!ENTITY e "x">]>' + document("").partition(b"?>")[2],
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + document("").partition(b"?>")[2],
        document("<x>" * (DEEP + 1) + "</x>" * (DEEP + 1)),
        b"<?xml version='1.0' encoding='no-such'?><a/>",
        b" " * (BYTES + 1),
    ],
)
def test_a_file_that_is_no_dmn_or_hostile_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(RuleError) as caught:
        model_of(data, "bad.dmn")
    assert "bad.dmn" in caught.value.text.zh
    assert "bad.dmn" in caught.value.text.en
