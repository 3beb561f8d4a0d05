/** `auth/`: accounts, token clients, digest realm and web sessions. */
import { type Model, serialNumber } from "../profile/models";
import { array, boolean, map, number, object, opaque, perOutlet, type StateOf, string } from "../schema/nodes";
import { since } from "../schema/place";
import { atLeast, notEmpty } from "../schema/validators";

const userSchema = object(
  {
    name: string({ validate: notEmpty }),
    password: string({ secret: true }),
    is_allowed: boolean(),
    is_admin: boolean(),
    outlet_access: perOutlet(boolean(), {
      isComposite: ({ dialects }) => dialects.outletAccessElements === "absent",
    }),
  },
  {
    required: ["name", "password"],
    fresh: (model) => ({
      is_allowed: true,
      is_admin: false,
      outlet_access: Array.from({ length: model.outletCount }, () => false),
    }),
  },
);

const clientSchema = object(
  {
    name: string(),
    redirect_urls: map(opaque()),
    scopes: map(boolean()),
    refresh_tokens: map(opaque()),
    access_tokens: map(opaque()),
  },
  { fresh: () => ({ redirect_urls: {}, scopes: {}, refresh_tokens: {}, access_tokens: {} }) },
);

/** auth/ (device.md section 3.2). cookie_timeout is in seconds. */
export const authSchema = object(
  {
    users: array(userSchema, { protectedBy: "credentials" }),
    clients: map(clientSchema, { wireName: since("clients"), protectedBy: "credentials" }),
    realm: string({ validate: notEmpty }),
    cookie_timeout: number({ validate: atLeast(1) }),
    notifications: array(opaque(), { readonly: true }),
  },
  { adminRead: true },
);

/** The state of auth/. */
export type AuthState = StateOf<typeof authSchema>;

/** The state of one account. */
export type UserState = StateOf<typeof userSchema>;

/** The state of one token client; the keys of access_tokens are lower-case hex SHA-256 of the raw tokens. */
export type ClientState = StateOf<typeof clientSchema>;

/** One administrator, no other account; the realm is the serial number. */
export function initialAuth(model: Model, username: string, password: string): AuthState {
  return {
    users: [
      {
        name: username,
        password,
        is_allowed: true,
        is_admin: true,
        outlet_access: Array.from({ length: model.outletCount }, () => true),
      },
    ],
    clients: {},
    realm: serialNumber(model),
    cookie_timeout: 1800,
    notifications: [],
  };
}
