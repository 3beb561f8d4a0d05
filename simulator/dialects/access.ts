/** The dialects of logins and rights. */
import type { Dialect } from "./dialect";

/** Logging in, and what each account sees. */
export const accessDialects = {
  digestAlgorithm: {
    description: "Algorithm of the digest challenge; both = SHA-256 first, MD5 second, as RFC 7616 has it.",
    source: "device.md section 11 #15",
    values: ["MD5", "MD5-sess", "SHA-256", "both"],
    default: "MD5",
  },
  nonceLifetime: {
    description: "When a nonce goes stale: after some seconds, or after some uses.",
    source: "device.md section 11 #15",
    values: ["300seconds", "5seconds", "20uses", "1use"],
    default: "300seconds",
  },
  nonceCount: {
    description:
      "Check of nc: not used before with this nonce, higher than all before, one more than the last, or none.",
    source: "device.md section 11 #15",
    values: ["unused", "increasing", "next", "unchecked"],
    default: "unused",
  },
  oldRealm: {
    description: "A digest login for another realm than auth/realm: challenged again, or a failed login.",
    source: "device.md section 1.9, not visible",
    values: ["challenged", "failedLogin"],
    default: "challenged",
  },
  lockoutAttempts: {
    description: "Failed logins in a row that lock everyone out for config/lockout_delay_minutes.",
    source: "device.md section 1.9: number unknown",
    values: [5, 3, 1],
    default: 5,
  },
  lockedOutAnswer: {
    description: "Response to a right password during the lockout.",
    source: "device.md section 1.9: not visible",
    values: [401, 403, 429],
    default: 401,
  },
  restFromFactory: {
    description: "Whether the REST API is on in the preset factory.",
    source: "device.md section 11 #17",
    values: ["on", "off"],
    default: "off",
  },
  restrictedOutlets: {
    description:
      "relay/outlets for a user without access to all: readable in full, null in place of the others, or refused as a whole.",
    source: "device.md section 11 #9",
    values: ["nullEntries", "readable", "containerRefused"],
    default: "nullEntries",
  },
  hiddenElements: {
    description:
      "Elements of an array that the login may not read, in an array that it may read: null in their place, left out so that later ones move up, or left out of an object of numbered elements.",
    source: "device.md section 11 #28",
    values: ["null", "leftOut", "numbered"],
    default: "null",
  },
  hiddenMembers: {
    description:
      "Members that a user may not read, in an object that the same user may read: left out, null, or the object is refused.",
    source: "device.md section 4.3: status not visible",
    values: ["omitted", "null", "refused"],
    default: "omitted",
  },
  ownPasswordChange: {
    description:
      "Whether a user who is not an administrator may change their own password by old_password and new_password.",
    source: "device.md section 11 #7",
    values: ["refused", "allowed"],
    default: "refused",
  },
  credForClients: {
    description: "Whether a token without a scope for it may read cred.",
    source: "device.md section 4.3: exactly its scopes",
    values: ["needsScope", "readable"],
    default: "needsScope",
  },
  scopedContainer: {
    description: "A container of which a token may read only some parts: refused, or shown with these parts.",
    source: "device.md section 3.2, not visible",
    values: ["refused", "filtered"],
    default: "refused",
  },
  lockedWrite: {
    description: "Whether REST may set an outlet's locked.",
    source: "device.md section 3.1, inferred; vendor: locking is by keypad or uom",
    values: ["refused", "allowed"],
    default: "refused",
  },
} as const satisfies Record<string, Dialect>;
