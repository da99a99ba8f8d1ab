"""A small process with one of nearly everything that a file can say, for tests that change it."""

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:redress="urn:redress:bpmn:1.0" id="file" targetNamespace="urn:x" exporter="Some tool">
  <collaboration id="c"><participant id="p" name="Office" processRef="complaint"/></collaboration>
  <message id="m" name="answer"/>
  <process id="complaint" name="Complaint" isExecutable="true">
    <documentation>All of it.</documentation>
    <laneSet id="ls"><lane id="front" name="Handler"><flowNodeRef>start</flowNodeRef>
      <flowNodeRef>work</flowNodeRef><flowNodeRef>gw</flowNodeRef></lane>
      <lane id="back" name="Approver"><flowNodeRef>approve</flowNodeRef>
      <flowNodeRef>done</flowNodeRef><flowNodeRef>late</flowNodeRef></lane></laneSet>
    <startEvent id="start" name="Came in"><outgoing>f1</outgoing></startEvent>
    <userTask id="work" name="Investigate" camunda:assignee="jo">
      <documentation>Find out.</documentation>
      <extensionElements>
        <redress:step form="finding" role="investigator" due="5 working days" clause="7.6"
          publicStatus="investigating" publicHint="We look into it."/>
        <camunda:properties><camunda:property name="colour" value="red"/>
          <camunda:property name="size" value="4"/></camunda:properties>
        <camunda:inputOutput><camunda:inputParameter name="a">1</camunda:inputParameter>
        </camunda:inputOutput>
      </extensionElements>
      <incoming>f1</incoming><outgoing>f2</outgoing>
      <multiInstanceLoopCharacteristics isSequential="true">
        <loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>
    </userTask>
    <boundaryEvent id="late" name="Too late" attachedToRef="work" cancelActivity="false">
      <outgoing>f6</outgoing>
      <timerEventDefinition id="t"><timeDuration>P3D</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <exclusiveGateway id="gw" default="f5"><incoming>f2</incoming><outgoing>f3</outgoing>
      <outgoing>f5</outgoing></exclusiveGateway>
    <userTask id="approve" name="Approve">
      <extensionElements><redress:gate role="approver" fourEyes="true"/></extensionElements>
      <incoming>f3</incoming><outgoing>f4</outgoing></userTask>
    <intermediateCatchEvent id="reply" name="Reply"><incoming>f4</incoming>
      <outgoing>f7</outgoing><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
    <endEvent id="done" name="Done"><incoming>f5</incoming><incoming>f6</incoming>
      <incoming>f7</incoming><terminateEventDefinition/></endEvent>
    <sequenceFlow id="f1" sourceRef="start" targetRef="work"/>
    <sequenceFlow id="f2" sourceRef="work" targetRef="gw"/>
    <sequenceFlow id="f3" name="Much" sourceRef="gw" targetRef="approve">
      <conditionExpression>amount &gt; 500</conditionExpression></sequenceFlow>
    <sequenceFlow id="f5" sourceRef="gw" targetRef="done"/>
    <sequenceFlow id="f4" sourceRef="approve" targetRef="reply"/>
    <sequenceFlow id="f6" sourceRef="late" targetRef="done"/>
    <sequenceFlow id="f7" sourceRef="reply" targetRef="done"/>
    <textAnnotation id="note"><text>Mind the law.</text></textAnnotation>
  </process>
  <bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="c">
    <bpmndi:BPMNShape id="s1" bpmnElement="work" isMarkerVisible="true">
      <dc:Bounds x="10" y="20" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="e1" bpmnElement="f2"><di:waypoint x="1" y="2"/><di:waypoint x="3" y="2"/>
    </bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
"""

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="td" name="Limits"
  namespace="urn:x">
  <inputData id="in" name="amount"><variable id="v" name="amount" typeRef="number"/></inputData>
  <decision id="limits" name="Who approves"><description>By money.</description>
    <informationRequirement id="ir"><requiredInput href="#in"/></informationRequirement>
    <decisionTable id="dt" hitPolicy="FIRST">
      <input id="i1" label="Amount"><inputExpression id="ie" typeRef="number">
        <text>amount</text></inputExpression><inputValues><text>&gt;= 0</text></inputValues></input>
      <input id="i2" label="Severity"><inputExpression typeRef="number"><text>severity</text>
        </inputExpression></input>
      <output id="o1" label="Approver" name="approver" typeRef="string"/>
      <rule id="r1"><description>Much money.</description><inputEntry id="c1"><text>&gt; 500</text>
        </inputEntry><inputEntry id="c2"><text></text></inputEntry>
        <outputEntry id="c3"><text>"manager"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="c4"><text>-</text></inputEntry>
        <inputEntry id="c5"><text>5</text></inputEntry>
        <outputEntry id="c6"><text>"approver"</text></outputEntry></rule>
      <rule id="r3"><inputEntry id="c7"><text>-</text></inputEntry>
        <inputEntry id="c8"><text>-</text></inputEntry>
        <outputEntry id="c9"><text>"none"</text></outputEntry></rule>
    </decisionTable></decision>
</definitions>
"""

FORM = """{"id": "visit", "title": "Visit", "help": "Before you go.", "fields": [
  {"name": "day", "title": "Day", "kind": "date", "required": true},
  {"name": "who", "title": "Who", "kind": "choice", "choices": [
    {"value": "a", "title": "Ada"}, {"value": "b", "title": "Bo"}], "shown_when": "day != null"},
  {"name": "cost", "title": "Cost", "kind": "amount", "maximum": 100, "routes": true}]}
"""
