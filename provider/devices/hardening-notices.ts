/** Notices that a write turns off what known tools need, and how to keep it: in a plan, and once in an update. */
import type { Account } from "../runtime/account";
import { effectsOn, type Place, type WriteRequest } from "../runtime/gate/effect";
import type { PlannedNotice } from "../runtime/rehearsal/rehearsal";

/** A service that hardening turns off. */
interface Service {
  readonly place: Place;
  readonly name: string;
  readonly neededBy: string;
  /** The input of SecurityBaseline, and of `hardened`. */
  readonly input: string;
}

/** From device.md section 8 and the documentation of these tools. */
const services: readonly Service[] = [
  {
    place: ["config", "ssh_enabled"],
    name: "SSH",
    neededBy: "`uom`, which unlocks outlets, and other logins to the command line",
    input: "ssh",
  },
  {
    place: ["config", "allow_plaintext_logins"],
    name: "login in plain text",
    neededBy: "dlipower and what is built on it, MAAS, powerman and Bitfocus Companion",
    input: "plaintextLogins",
  },
  {
    place: ["upnp", "enabled"],
    name: "UPnP",
    neededBy: "Home Assistant's WeMo integration and voice assistants",
    input: "upnp",
  },
];

const factoryPasswordStays =
  "the admin still has the password that every device is shipped with, which anybody may know. To change it, set it as `dli:previousPassword` and another one as `dli:password` (`pulumi config set --secret ...`), and declare `AdminPassword`";

/** What a write turns off. A plan speaks of what `will be`, an update of what `is`. */
export function hardeningNotices(request: WriteRequest, account: Account, is: "is" | "will be"): PlannedNotice[] {
  const ended = services.filter(({ place }) => turnsOff(request, place));
  const texts = ended.map(({ name, neededBy, input }) => ({
    text: `${name} ${is} turned off; ${neededBy} need it. To keep it, set \`${input}: true\` in SecurityBaseline, or in \`hardened: { ... }\` of PowerController`,
  }));
  const hasFactoryPassword = ended.length > 0 && account.hasFactoryPassword;
  return [...texts, ...(hasFactoryPassword ? [{ text: factoryPasswordStays, isOfPassword: true as const }] : [])];
}

/** The notices that an update has given. */
export class HardeningNotices {
  readonly #told = new Set<string>();

  /** New notices about a write just made. `changesPassword`: whether the program gives the admin another password. */
  of(device: string, request: WriteRequest, account: Account, changesPassword: boolean): string[] {
    const notices = hardeningNotices(request, account, "is").filter(
      (notice) => !(notice.isOfPassword && changesPassword),
    );
    return notices.flatMap(({ text }) => {
      const notice = `${device}: ${text}`;
      const isNew = !this.#told.has(notice);
      this.#told.add(notice);
      return isNew ? [notice] : [];
    });
  }
}

function turnsOff(request: WriteRequest, place: Place): boolean {
  return effectsOn(request, place).some((effect) => effect.kind === "set" && effect.value === false);
}
