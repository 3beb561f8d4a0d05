/** Who a request comes from: digest, Basic if allowed, tokens, and the lockout after failed logins. */
import { createHash } from "node:crypto";
import type { DeviceCore } from "../device/contract";
import type { Requester } from "../device/requester";
import { firmwareHas } from "../profile/firmware";
import { Refusal } from "../schema/refusal";
import type { UserState } from "../subtrees/auth";
import { DigestChecker, parseParameters } from "./digest";
import { fromHeader, toHeader } from "./header-text";
import type { DeviceRequest } from "./request";

/** Authenticates requests and locks everyone out after failed logins. */
export class Login {
  readonly #device: DeviceCore;
  readonly #digest: DigestChecker;
  /** Failed logins since the device was created; a missing Authorization header or a stale nonce does not count. */
  failedLogins = 0;
  #failedInARow = 0;
  #lockedUntil = Number.NEGATIVE_INFINITY;

  constructor(device: DeviceCore) {
    this.#device = device;
    this.#digest = new DigestChecker(device);
  }

  /** Whether everyone is locked out now. */
  get isLockedOut(): boolean {
    return this.#device.clock.now() < this.#lockedUntil;
  }

  /** Forgets nonces and the lockout, as a restart does. */
  restart(): void {
    this.#digest.forget();
    this.#failedInARow = 0;
    this.#lockedUntil = Number.NEGATIVE_INFINITY;
  }

  /** Returns who makes the request, or throws the 401. */
  authenticate(request: DeviceRequest): Requester {
    const header = request.headers.authorization && fromHeader(request.headers.authorization);
    if (header === undefined) {
      throw this.unauthorized("Login needed");
    }
    const at = header.search(/\s|$/);
    const rest = header.slice(at + 1).trim();
    switch (header.slice(0, at).toLowerCase()) {
      case "digest":
        return this.#byDigest(request, parseParameters(rest));
      case "basic":
        return this.#byPassword(request, rest);
      case "bearer":
        return this.#byToken(request, rest);
      default:
        throw this.unauthorized("Login needed");
    }
  }

  /** A 401 with a challenge. */
  unauthorized(message: string, stale = false): Refusal {
    return new Refusal(401, message, this.challengeHeaders(stale));
  }

  /** The header of a 401. */
  challengeHeaders(stale = false): Record<string, string[]> {
    const challenges = this.#digest.challenges(stale);
    if (this.#device.tree.config.allow_plaintext_logins) {
      challenges.push(`Basic ${this.#digest.realmParameter}`);
    }
    return { "WWW-Authenticate": challenges.map(toHeader) };
  }

  #byDigest(request: DeviceRequest, parameters: ReadonlyMap<string, string>): Requester {
    if (parameters.get("realm") !== this.#digest.realm && this.#device.dialects.oldRealm === "challenged") {
      throw this.unauthorized("The realm has changed");
    }
    const user = this.#userNamed(parameters.get("username"));
    const outcome = user === undefined ? "wrong" : this.#digest.check(request, parameters, user.password);
    if (outcome === "stale") {
      throw this.unauthorized("The nonce is stale", true);
    }
    return this.#admit(request, outcome === "right" ? user : undefined);
  }

  #byPassword(request: DeviceRequest, credentials: string): Requester {
    const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, "base64").toString()) ?? [];
    const user = this.#userNamed(name);
    const isRight = this.#device.tree.config.allow_plaintext_logins && user?.password === password;
    return this.#admit(request, isRight ? user : undefined);
  }

  #byToken(request: DeviceRequest, credentials: string): Requester {
    const { firmware, tree } = this.#device;
    const dot = credentials.lastIndexOf(".");
    const name = credentials.slice(0, Math.max(0, dot));
    const raw = Buffer.from(credentials.slice(dot + 1), "base64url");
    const isKnown = firmwareHas(firmware, "clients") && Object.hasOwn(tree.auth.clients, name);
    const client = isKnown ? tree.auth.clients[name] : undefined;
    const hash = createHash("sha256").update(raw).digest("hex");
    if (client === undefined || !(hash in client.access_tokens)) {
      throw this.#fail();
    }
    this.#pass();
    const scopes = Object.keys(client.scopes).filter((scope) => client.scopes[scope] === true);
    return { kind: "client", name, scopes, ipAddress: request.ipAddress };
  }

  #userNamed(name: string | undefined): UserState | undefined {
    return this.#device.tree.auth.users.find((user) => user.name === name && user.is_allowed);
  }

  #admit(request: DeviceRequest, user: UserState | undefined): Requester {
    if (user === undefined) {
      throw this.#fail();
    }
    this.#pass();
    return {
      kind: "user",
      name: user.name,
      isAdmin: user.is_admin,
      outletAccess: [...user.outlet_access],
      ipAddress: request.ipAddress,
    };
  }

  #fail(): Refusal {
    this.failedLogins += 1;
    this.#failedInARow += 1;
    const minutes = this.#device.tree.config.lockout_delay_minutes;
    if (minutes > 0 && this.#failedInARow >= this.#device.dialects.lockoutAttempts) {
      this.#lockedUntil = this.#device.clock.now() + minutes * 60_000;
      this.#failedInARow = 0;
    }
    return this.unauthorized("Login denied");
  }

  #pass(): void {
    if (this.isLockedOut) {
      const status = this.#device.dialects.lockedOutAnswer;
      throw status === 401 ? this.unauthorized("Login denied") : new Refusal(status, "Locked out for some minutes");
    }
    this.#failedInARow = 0;
  }
}
