import type { Dialect } from "./kind";

/** How values look on the wire, and which are taken. */
export const valueDialects = {
  restKeyName: {
    description: "Name of the REST switch in config; its twin for other users ends in _nonadmin.",
    source: "device.md section 11 #1",
    values: ["allow_restapi", "allow_rest", "allow_rest_api"],
    default: "allow_restapi",
  },
  passwordRead: {
    description: "What a GET shows of a password.",
    source: "device.md section 11 #7",
    values: ["absent", "empty", "null", "masked", "hashed", "plain"],
    default: "absent",
  },
  depthArrays: {
    description:
      "An array in an answer of limited depth: a level like any other, an object of numbered references, or always whole.",
    source: "device.md section 11 #20",
    values: ["level", "numberedObject", "whole"],
    default: "level",
  },
  depthZero: {
    description: "Meaning of Range: dli-depth=0.",
    source: "device.md section 11 #20",
    values: ["reference", "asOne", "unlimited", "refused"],
    default: "reference",
  },
  emptyTable: {
    description: "How an empty array or map is written: by its type, always [] or always {}.",
    source: "device.md section 7 quirk 9",
    values: ["typed", "array", "object"],
    default: "typed",
  },
  numbersAs: {
    description: "How whole numbers are written: 3, 3.0 or 3.000000.",
    source: "device.md section 7 quirk 7",
    values: ["integers", "floats", "fractions"],
    default: "integers",
  },
  keyOrder: {
    description: "Order of the members of an object.",
    source: "device.md section 1.1: arbitrary, changes from answer to answer",
    values: ["shuffled", "declared"],
    default: "shuffled",
  },
  outletAccessForm: {
    description: "Form of outlet_access: always a list of booleans, or true when all are true.",
    source: "device.md section 11 #19",
    values: ["booleans", "trueForAll"],
    default: "booleans",
  },
  nameLengthLimit: {
    description: "Limit on outlet names, in characters: none, refused above 16, or cut off at 16.",
    source: "device.md section 11 #18",
    values: ["none", "refuse16", "cut16"],
    default: "none",
  },
  userNameLimit: {
    description: "Limit on user names: any text, or at most 16 letters, digits, dot, dash and underscore.",
    source: "device.md section 11 #7",
    values: ["none", "plain16"],
    default: "none",
  },
  threadIdType: {
    description: "Type of the thread id that script/start answers.",
    source: "device.md section 11 #14",
    values: ["string", "number"],
    default: "string",
  },
  threadMilliseconds: {
    description: "How long a script function runs; one with an endless loop runs until it is stopped.",
    source: "device.md section 3.6, chosen",
    values: [1000, 0, 60000],
    default: 1000,
  },
  functionReference: {
    description: "Whether boot_handler and an AutoPing item's script must name a function of the source.",
    source: "device.md section 11 #5",
    values: ["any", "mustExist"],
    default: "any",
  },
  readonlyMember: {
    description: "A read-only member in the value of a PUT on its object.",
    source: "device.md section 11 #8",
    values: ["ignored", "refused"],
    default: "ignored",
  },
  missingMember: {
    description:
      "A member left out in a PUT of a whole element: it keeps its value, gets the value of a new element, or the PUT is refused.",
    source: "device.md section 1.2: overwrite as a whole",
    values: ["kept", "fresh", "refused"],
    default: "kept",
  },
  unknownMember: {
    description: "A member that the device does not know in the value of a write.",
    source: "device.md section 11 #8",
    values: ["refused", "ignored"],
    default: "refused",
  },
  mergePatch: {
    description: "Whether PATCH takes a JSON object that holds the members to change.",
    source: "device.md section 1.4: JSON patch and form only",
    values: ["refused", "taken"],
    default: "refused",
  },
  patchOperations: {
    description: "JSON patch operations that work: replace and test, or add and remove as well.",
    source: "device.md section 1.4: partly supported",
    values: ["replaceAndTest", "all"],
    default: "replaceAndTest",
  },
  autopingDefaultPings: {
    description: "Factory value of autoping/pings_before_enabling.",
    source: "device.md section 11 #6",
    values: [5, 10],
    default: 5,
  },
  duplicateUser: {
    description: "A second user of the same name.",
    source: "device.md section 11 #7: unordered set",
    values: ["refused", "taken"],
    default: "refused",
  },
  configTail: {
    description: "Members of config after the known list: filled up with made-up ones to more than 100, or none.",
    source: "device.md section 11 #2",
    values: ["filled", "known"],
    default: "filled",
  },
  meterKeys: {
    description: "Form of the keys of meter/values on devices with meters.",
    source: "device.md section 3.7: only a few keys seen",
    values: ["dotted", "plain"],
    default: "dotted",
  },
} as const satisfies Record<string, Dialect>;
