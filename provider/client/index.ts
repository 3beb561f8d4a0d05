/**
 * Talks to Digital Loggers power controllers over their REST-style API. Knows nothing about Pulumi.
 * Anything not exported here is private to this folder; `public.ts` is what users get.
 */
export { LoginLedger, processLogins } from "./auth/login-ledger";
export { DliClient, type ObserveOptions } from "./client";
export { type Clock, systemClock } from "./clock";
export { DliError, type DliErrorCode, type DliErrorDetails, type Outcome } from "./errors/base";
export * from "./errors/errors";
export * from "./errors/guards";
export {
  deepestNesting,
  hasAllOf,
  isJsonObject,
  type Json,
  jsonChild,
  jsonNames,
  memberOf,
  memberTwice,
  ownMember,
  parseJson,
  sameJson,
} from "./json";
export { type JsonPatchOperation, jsonPointer } from "./json-patch";
export type { Appended, ReadOptions, WriteOptions } from "./methods";
export type { DliClientOptions } from "./options";
export { all, allWhere, elements, MatrixSegment, type MatrixValue, members, one, where } from "./paths/matrix-segment";
export { DevicePath, devicePath, type PathLike, type Segment, toPath } from "./paths/path";
export { refOf, refPath, resolveRefs } from "./paths/reference";
export { type Redact, redact, redactError, SecretName } from "./redact";
export type { DeviceSession } from "./session";
export { optionRules, type ParsedOptions, parseOptions } from "./settings";
export { printable, quotedNames, quotedText, textProblem } from "./text";
export { jsonBody, jsonPatchBody, type RequestBody, refuseUnwritable } from "./transport/request";
