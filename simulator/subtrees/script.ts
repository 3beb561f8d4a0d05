/** `script/`: the program that runs on the device, its snippets, threads and variables. */
import {
  array,
  boolean,
  call,
  closedMap,
  computed,
  map,
  number,
  object,
  opaque,
  optional,
  type StateOf,
  string,
} from "../schema/nodes";
import { since } from "../schema/place";
import { atLeast } from "../schema/validators";

const lua = { mediaType: "text/x-lua" } as const;

/** script/ (device.md section 3.6). step_delay and step_time_limit are in seconds. */
export const scriptSchema = object(
  {
    source: string(lua),
    snippets: map(object({ source: string(lua) }, { fresh: () => ({ source: "" }) })),
    user_functions: computed(closedMap(object({}))),
    user_function_ui_order: array(string()),
    boot_handler: optional(string()),
    boot_handler_legacy: boolean({ wireName: since("bootHandlerArgument") }),
    threads: closedMap(object({ label: string() }), { readonly: true }),
    start: call(),
    stop: call(),
    variables: map(opaque()),
    traced: boolean(),
    step_delay: number({ validate: atLeast(0) }),
    step_time_limit: number({ validate: atLeast(0) }),
    notifications: array(opaque(), { readonly: true }),
  },
  { adminRead: true },
);

/** The state of script/. */
export type ScriptState = StateOf<typeof scriptSchema>;

/** No program. */
export function initialScript(): ScriptState {
  return {
    source: "",
    snippets: {},
    user_function_ui_order: [],
    boot_handler: null,
    boot_handler_legacy: true,
    threads: {},
    variables: {},
    traced: false,
    step_delay: 1,
    step_time_limit: 60,
    notifications: [],
  };
}
