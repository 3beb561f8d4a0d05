/** The dialects of values: their forms, limits and factory settings. */
import type { Dialect } from "./dialect";

/** How values look on the wire, and which are accepted. */
export const valueDialects = {
  restKeyName: {
    description: "Name of the REST setting in config; its twin for other users ends in _nonadmin.",
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
      "An array in a response of limited depth: a level like any other, an object of numbered references, or always whole.",
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
    source: "device.md section 1.1: arbitrary, changes from response to response",
    values: ["shuffled", "declared"],
    default: "shuffled",
  },
  outletAccessForm: {
    description:
      "What a read of a user's outlet_access shows: always a list of booleans, true when all are true, or also false when none is.",
    source: "device.md sections 3.2 and 11 #19: a variant of true, false and a list",
    values: ["booleans", "trueForAll", "trueOrFalse"],
    default: "booleans",
  },
  credOutletAccessForm: {
    description:
      "What a read of cred/outlet_access shows: always a list of booleans, true when all are true, or also false when none is.",
    source: "device.md sections 3.9 and 11 #19: a variant of true, false and a list",
    values: ["booleans", "trueForAll", "trueOrFalse"],
    default: "booleans",
  },
  outletAccessWrite: {
    description: "Whether a user's outlet_access may be written as true or false, for all outlets.",
    source: "device.md sections 3.2 and 11 #19, inferred",
    values: ["booleanOrList", "listOnly"],
    default: "booleanOrList",
  },
  outletAccessElements: {
    description: "Whether the entries of a user's outlet_access have addresses of their own.",
    source: "device.md sections 3.2 and 3.9: modified as a whole in cred, for users inferred",
    values: ["absent", "present"],
    default: "absent",
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
    description: "Type of the thread id that script/start returns.",
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
  jsonPatch: {
    description:
      "A JSON patch: taken as a whole, refused, taken only in its first operation, or answered as if it had been taken.",
    source: "device.md section 1.4: partly supported",
    values: ["taken", "refused", "firstOperation", "ignored"],
    default: "taken",
  },
  patchPointers: {
    description: "Pointers of a JSON patch: of any depth, or only to members of the very place that is patched.",
    source: "device.md section 1.4: partly supported",
    values: ["anyDepth", "ownMembers"],
    default: "anyDepth",
  },
  patchFailure: {
    description:
      "What becomes of a JSON patch of which an operation is refused: nothing changes, or the operations before it stay.",
    source: "device.md section 1.4: partly supported",
    values: ["nothing", "upToThere"],
    default: "nothing",
  },
  patchOperations: {
    description: "JSON patch operations that work: replace and test, or add and remove as well.",
    source: "device.md section 1.4: partly supported",
    values: ["replaceAndTest", "all"],
    default: "replaceAndTest",
  },
  newElementLagMilliseconds: {
    description: "How long after the response a new user, token client, AutoPing item or script snippet takes to show.",
    source: "device.md section 11 #29",
    values: [0, 300, 3000],
    default: 0,
  },
  keySpelling: {
    description:
      "How names of users, token clients and script snippets, and addresses of AutoPing items, are kept: as they were given, or in lower case.",
    source: "device.md section 11 #30",
    values: ["asGiven", "lowerCase"],
    default: "asGiven",
  },
  autopingTrial: {
    description:
      "What enabled of an AutoPing item shows while the item is on trial: true, or false until it is approved.",
    source: "device.md section 11 #31",
    values: ["staysEnabled", "readsDisabled"],
    default: "staysEnabled",
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
  serialNumber: {
    description: "Whether config/ has the serial number, which was seen with one firmware only.",
    source: "device.md section 3.3",
    values: ["shown", "absent"],
    default: "shown",
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
  metersWithoutBus: {
    description: "What meter/values holds on a device with neither buses nor inputs: a few values, or none.",
    source: "device.md sections 0.4 and 3.7",
    values: ["few", "none"],
    default: "few",
  },
  networkMembers: {
    description: "Members of network/wired and network/wireless: as in the view that scripts have, or only those seen.",
    source: "device.md section 3.4 and section 11 #3",
    values: ["asInScripts", "seen"],
    default: "asInScripts",
  },
  extraLink: {
    description: "A fifth element of config/links.",
    source: "device.md section 3.3: at most four",
    values: ["refused", "taken"],
    default: "refused",
  },
  unknownSinkType: {
    description: "A notification sink of a type that is not in known_sink_types.",
    source: "device.md section 3.8",
    values: ["refused", "taken"],
    default: "refused",
  },
  scriptVariables: {
    description: "Values of script/variables: only numbers, texts and booleans, or anything.",
    source: "device.md section 3.6",
    values: ["scalars", "any"],
    default: "scalars",
  },
  shippedSnippetRemoval: {
    description: "DELETE of a script snippet that the vendor ships, whose name begins with default.",
    source: "device.md section 3.6: an upgrade may overwrite it, nothing about removal",
    values: ["done", "refused"],
    default: "done",
  },
  uomInScripts: {
    description: "Whether the device's own script has the library uom; decides only whether the simulator warns of it.",
    source: "device.md section 4.8",
    values: ["absent", "present"],
    default: "absent",
  },
  autopingCountersAtReboot: {
    description: "The success and failure counts of AutoPing items after a reboot.",
    source: "device.md section 11 #27",
    values: ["cleared", "kept"],
    default: "cleared",
  },
} as const satisfies Record<string, Dialect>;
