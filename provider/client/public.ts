/** What users import as `pulumi-dli/client`. What only the provider needs is in `index.ts`. */

export { DliError, type DliErrorCode, type DliErrorDetails, type Outcome } from "./errors/base";
export * from "./errors/errors";
export * from "./errors/guards";
export {
  type Appended,
  all,
  allWhere,
  type Clock,
  DevicePath,
  type DeviceSession,
  DliClient,
  type DliClientOptions,
  devicePath,
  elements,
  type Json,
  type JsonPatchOperation,
  jsonPointer,
  LoginLedger,
  MatrixSegment,
  type MatrixValue,
  members,
  type ObserveOptions,
  one,
  type PathLike,
  type ReadOptions,
  refOf,
  refPath,
  resolveRefs,
  type Segment,
  type WriteOptions,
  where,
} from "./index";
