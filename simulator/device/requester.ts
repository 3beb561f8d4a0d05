/** Who makes a request: the account, the token or the person at the device. */

/** Who makes a request. */
export type Requester =
  | {
      /** An account of auth/users. */
      readonly kind: "user";
      readonly name: string;
      readonly isAdmin: boolean;
      /** One boolean per outlet. */
      readonly outletAccess: readonly boolean[];
      readonly ipAddress: string;
    }
  | {
      /** A token of auth/clients. */
      readonly kind: "client";
      readonly name: string;
      /** Matrix addresses with an optional ?access=. */
      readonly scopes: readonly string[];
      readonly ipAddress: string;
    }
  /** A person at the keypad or in uom, or a test: exempt from rights, locks and read-only traits. */
  | { readonly kind: "hand" };

/** The requester of every change made by hand. */
export const byHand: Requester = { kind: "hand" };
