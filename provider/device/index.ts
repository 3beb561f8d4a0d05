/**
 * Talks to Digital Loggers power controllers over their REST-style API. Knows nothing of Pulumi.
 * Everything not exported here belongs to this room alone.
 */
export { DliClient, type ObserveOptions } from "./client";
export { type Clock, systemClock } from "./clock";
export { DliError, type DliErrorCode, type DliErrorDetails, type Outcome } from "./error-base";
export * from "./error-guards";
export * from "./errors";
export type { Json } from "./json";
export type { DliClientOptions } from "./options";
export { DevicePath, devicePath, type PathLike, type Segment } from "./paths";
export { refOf, refPath, resolveRefs } from "./refs";
export { all, allWhere, elements, MatrixSegment, type MatrixValue, members, one, where } from "./segments";
export type { DeviceSession } from "./session";
export type { ReadOptions, WriteOptions } from "./verbs";
