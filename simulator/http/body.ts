/** Reads request bodies: JSON, forms, plain text and native types. */
import type { DeviceCore } from "../device/contract";
import { badBody } from "../device/root";
import type { Json, ScalarNode } from "../schema/nodes";
import { type Place, shapeOf } from "../schema/place";
import { Refusal } from "../schema/refusal";
import { type DeviceRequest, mediaTypeOf } from "./request";

const formType = "application/x-www-form-urlencoded";

/** Whether a media type is JSON. */
export function isJsonType(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType === "application/json-patch+json";
}

/** The body as JSON. */
export function readJson(device: DeviceCore, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw badBody(device, "The body is not JSON");
  }
}

/** The fields of a form body; undefined if the body is something else. */
export function readForm(request: DeviceRequest): Map<string, string> | undefined {
  return mediaTypeOf(request) === formType ? new Map(new URLSearchParams(request.body.toString())) : undefined;
}

function fromText(device: DeviceCore, shape: ScalarNode, text: string): Json {
  const value = shape.fromText(text);
  if (value === undefined) {
    throw badBody(device, `The value must be a ${shape.typeName}`);
  }
  return value;
}

/** One form field as a value for a place. */
export function fieldValue(device: DeviceCore, place: Place, text: string): Json {
  const shape = shapeOf(place);
  return shape.kind === "scalar" ? fromText(device, shape, text) : readJson(device, text);
}

/** The value in the body of a PUT or POST for a place: JSON, form `value=...`, plain text, or the native type. */
export function valueFromBody(device: DeviceCore, request: DeviceRequest, place: Place): Json {
  const mediaType = mediaTypeOf(request);
  const text = request.body.toString();
  const shape = shapeOf(place);
  if (isJsonType(mediaType)) {
    return readJson(device, text);
  }
  const form = readForm(request);
  if (form !== undefined) {
    return formValue(device, form, place);
  }
  if (shape.kind !== "scalar") {
    if (mediaType !== "" && mediaType !== "text/plain") {
      throw new Refusal(415, `A body of ${mediaType} is not understood here`);
    }
    return readJson(device, text);
  }
  if (mediaType === "text/plain" || mediaType === shape.mediaType) {
    return fromText(device, shape, text);
  }
  if (mediaType !== "") {
    throw new Refusal(415, `A body of ${mediaType} is not understood here`);
  }
  const asJson = parsed(text);
  return asJson !== undefined && shape.accepts(asJson) ? asJson : fromText(device, shape, text);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function formValue(device: DeviceCore, form: ReadonlyMap<string, string>, place: Place): Json {
  const shape = shapeOf(place);
  const whole = form.get("value");
  if (whole !== undefined && (shape.kind !== "object" || shape.members["value"] === undefined)) {
    return fieldValue(device, place, whole);
  }
  if (shape.kind !== "object") {
    throw badBody(device, "The form has no field named value");
  }
  const members: { [key: string]: Json } = {};
  for (const [key, text] of form) {
    const node = Object.hasOwn(shape.members, key) ? shape.members[key] : undefined;
    members[key] = node === undefined ? text : fieldValue(device, { node, parent: place, key, wire: key }, text);
  }
  return members;
}

/**
 * The arguments of a call: a JSON array, or nothing. The media type does not matter: the vendor's own example for
 * script/start lets curl label its JSON as a form.
 */
export function argumentsFromBody(device: DeviceCore, request: DeviceRequest): Json[] {
  const text = request.body.toString().trim();
  if (text === "") {
    return [];
  }
  const inForm = readForm(request)?.get("value");
  const args = readJson(device, inForm ?? text);
  if (!Array.isArray(args)) {
    throw badBody(device, "The arguments of a call are a JSON array");
  }
  return args;
}
