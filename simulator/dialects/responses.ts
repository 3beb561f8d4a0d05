/** The dialects of responses: status codes, headers and bodies. */
import type { Dialect } from "./dialect";

/** Status codes, headers and bodies of responses. */
export const responseDialects = {
  postAnswer: {
    description: "Response to a POST that adds an element.",
    source: "device.md section 11 #10",
    values: ["201WithLocation", "201Body", "200", "204"],
    default: "201WithLocation",
  },
  deleteAnswer: {
    description: "Status of a DELETE that worked.",
    source: "device.md section 11 #11",
    values: [204, 200],
    default: 204,
  },
  patchScalarStatus: {
    description: "Status of a PATCH on a single value (200 comes with the value).",
    source: "device.md section 1.5: clients accept both",
    values: [204, 200],
    default: 204,
  },
  callStatus: {
    description: "Status of a call without a result, such as cycle (200 comes with null).",
    source: "device.md section 1.5: clients accept both",
    values: [204, 200],
    default: 204,
  },
  putCreateStatus: {
    description: "Status of a PUT that adds a member to a map.",
    source: "device.md section 1.2, inferred",
    values: [204, 201],
    default: 204,
  },
  prefer: {
    description: "Whether a write respects Prefer: return=representation.",
    source: "device.md section 1.3, content of REST 5.7 not visible",
    values: ["heeded", "ignored"],
    default: "heeded",
  },
  forbiddenStatus: {
    description: "Status when the user or token lacks the rights.",
    source: "device.md section 11 #9",
    values: [403, 401, 404],
    default: 403,
  },
  csrfStatus: {
    description: "Status of a write without an X-CSRF header.",
    source: "device.md section 11 #9",
    values: [403, 400],
    default: 403,
  },
  csrfRelaxation: {
    description: "The two settings of the External APIs page that skip the CSRF check, by method or by content type.",
    source: "device.md section 1.3 and section 11 #1",
    values: ["none", "methods", "contentTypes"],
    default: "none",
  },
  lockedOutletStatus: {
    description: "Status of a write to a locked outlet; ignored = 204 and nothing happens.",
    source: "device.md section 11 #9",
    values: ["409", "403", "ignored"],
    default: "409",
  },
  protectedStatus: {
    description: "Status of a write that a protection bit refuses.",
    source: "device.md section 11 #1 and #8",
    values: [403, 409],
    default: 403,
  },
  constraintStatus: {
    description: "Status of a value of the right type that breaks a rule.",
    source: "device.md section 11 #8",
    values: [409, 400, 422],
    default: 409,
  },
  badBodyStatus: {
    description: "Status of a body that cannot be understood or is of the wrong type.",
    source: "device.md section 11 #8",
    values: [400, 409, 422],
    default: 400,
  },
  methodRefusedStatus: {
    description: "Status of a method that a resource does not have, such as GET on a call or PUT on a read-only value.",
    source: "device.md section 11 #8",
    values: [405, 403, 400],
    default: 405,
  },
  scriptErrorStatus: {
    description: "Status of a script source with a syntax error.",
    source: "device.md sections 3.6 and 11 #8",
    values: [409, 400],
    default: 409,
  },
  errorBodyForm: {
    description: "Form of an error's body.",
    source: "device.md section 11 #8",
    values: ["text", "html", "json", "empty"],
    default: "text",
  },
  restDisabledStatus: {
    description: "Response while the REST API is disabled; loginPage = 200 with the HTML login form.",
    source: "device.md section 11 #8",
    values: ["404", "403", "503", "loginPage"],
    default: "404",
  },
  slashRedirectStatus: {
    description: "Status of the redirect to the address with a final slash.",
    source: "device.md section 1.1: 30x",
    values: [301, 302, 307, 308],
    default: 301,
  },
  unknownMatrixMatch: {
    description: "A matrix address that matches nothing.",
    source: "device.md section 1.8, not visible",
    values: ["404", "207empty"],
    default: "404",
  },
  matrixPartialFailure: {
    description:
      "How one failing element of a matrix request is shown; whole = the whole request fails and nothing changes.",
    source: "device.md section 11 #12",
    values: ["nullElement", "errorObject", "whole"],
    default: "nullElement",
  },
  matrixWriteBody: {
    description: "What a matrix write returns for each element that worked.",
    source: "device.md section 1.8: per-element responses, usually empty",
    values: ["nulls", "emptyTexts", "emptyList"],
    default: "nulls",
  },
  preflightStatus: {
    description:
      "Status of a CORS preflight (OPTIONS with an Origin), which is refused: 204 comes without CORS headers.",
    source: "device.md section 11 #22",
    values: [204, 403],
    default: 204,
  },
  linkHeaders: {
    description: "Whether responses carry one Link header per child (more than 100 for config).",
    source: "device.md section 1.7",
    values: ["on", "off"],
    default: "on",
  },
  rebootAnswer: {
    description: "Whether the response to system/reboot is still sent.",
    source: "device.md section 10, last row",
    values: ["answered", "dropped"],
    default: "answered",
  },
  rebootMilliseconds: {
    description: "How long the device drops every connection after system/reboot.",
    source: "device.md section 10, last row: unknown",
    values: [2000, 0, 20000],
    default: 2000,
  },
} as const satisfies Record<string, Dialect>;
