/** `config/`: names, brands, ports, and which services of the device may be used. */
import { firmwareHas } from "../profile/firmware";
import { type Model, serialNumber } from "../profile/models";
import { array, boolean, number, object, opaque, optional, type StateOf, string, type Traits } from "../schema/nodes";
import { since } from "../schema/place";
import { atLeast, between } from "../schema/validators";

const fixed = (): Traits => ({ readonly: true });
const text = () => string();
const custom = () => optional(string());
const flag = () => boolean();

/** Names for the members after the known list: a real device has more than 100 in all (device.md section 7 quirk 1). */
const tailKeys = Array.from({ length: 50 }, (_, index) => `unlisted_${String(index + 1).padStart(2, "0")}`);

/** The same members for every key, kept out of the typed state because their names are made up. */
function tail<T>(value: T): object {
  return Object.fromEntries(tailKeys.map((key) => [key, value]));
}

const linkSchema = object({ href: text(), description: text() }, { fresh: () => ({ href: "", description: "" }) });

/**
 * config/ (device.md section 3.3): the whole list of children that the vendor's page shows, in its order, then the two
 * seen in use, then (dialect configTail) made-up ones. Numbers are minutes if the name says so.
 */
export const configSchema = object({
  links: array(linkSchema, { adminRead: true }),
  plots: array(opaque()),
  meters: array(opaque()),
  contact: text(),
  contacts: array(opaque()),
  location: text(),
  oid: string(fixed()),
  version: string(fixed()),
  hardware_id: string(fixed()),
  serial: string({
    ...fixed(),
    wireName: (key, profile) => (profile.dialects.serialNumber === "shown" ? key : undefined),
  }),
  outlet_label: text(),
  brand_company_name: string(fixed()),
  brand_name: string(fixed()),
  brand_url: string(fixed()),
  brand_manual_url: string(fixed()),
  brand_faq_url: string(fixed()),
  brand_product_info_url: string(fixed()),
  support_email: string(fixed()),
  register_url: string(fixed()),
  support_url: string(fixed()),
  update_url: string(fixed()),
  custom_brand_company_name: custom(),
  custom_brand_name: custom(),
  custom_brand_url: custom(),
  custom_brand_logo: custom(),
  custom_brand_logo_width: optional(number()),
  custom_brand_logo_height: optional(number()),
  custom_support_email: custom(),
  custom_register_url: custom(),
  custom_support_url: custom(),
  custom_update_url: custom(),
  custom_help_url: custom(),
  customization_status: opaque(fixed()),
  registration_status: opaque(fixed()),
  refresh_enabled: flag(),
  refresh_delay_minutes: number({ validate: atLeast(0) }),
  image_format: text(),
  hostname: text(),
  timezone: text(),
  http_ports: array(number({ validate: between(1, 65535) }), { protectedBy: "network" }),
  https_ports: array(number({ validate: between(1, 65535) }), { protectedBy: "network" }),
  https_cert: opaque({ secret: true, adminRead: true }),
  certificates: opaque({ adminRead: true }),
  crls: opaque({ adminRead: true }),
  ssh_enabled: flag(),
  ssh_port: number({ validate: between(1, 65535) }),
  ssh_authorized_keys: string({ adminRead: true }),
  ntp_server_enabled: flag(),
  ntp_peers: array(string()),
  syslog_minimal_severity: opaque(),
  syslog_ip_address: optional(string()),
  allow_jsonrpc: flag(),
  allow_jsonrpc_nonadmin: boolean({ wireName: since("nonAdminSettings") }),
  allow_rest: boolean({ wireName: (_key, profile) => profile.dialects.restKeyName }),
  allow_rest_nonadmin: boolean({
    wireName: (_key, { dialects, firmware }) =>
      firmwareHas(firmware, "nonAdminSettings") ? `${dialects.restKeyName}_nonadmin` : undefined,
  }),
  allow_plaintext_logins: flag(),
  lockout_delay_minutes: number({ validate: atLeast(0) }),
  ...tail(opaque({ wireName: (key, profile) => (profile.dialects.configTail === "filled" ? key : undefined) })),
});

/** The state of config/; the REST settings have the keys allow_rest and allow_rest_nonadmin under every dialect. */
export type ConfigState = StateOf<typeof configSchema>;

/** An untouched device, with REST on. */
export function initialConfig(model: Model, firmware: string): ConfigState {
  const site = "https://www.digital-loggers.com";
  return {
    links: [],
    plots: [],
    meters: [],
    contact: "",
    contacts: [],
    location: "",
    oid: "1.3.6.1.4.1.45770",
    version: firmware,
    hardware_id: model.hardwareId,
    serial: serialNumber(model),
    outlet_label: "Outlet",
    brand_company_name: "Digital Loggers, Inc.",
    brand_name: model.brandName,
    brand_url: site,
    brand_manual_url: site,
    brand_faq_url: site,
    brand_product_info_url: site,
    support_email: "support@digital-loggers.com",
    register_url: site,
    support_url: site,
    update_url: site,
    custom_brand_company_name: null,
    custom_brand_name: null,
    custom_brand_url: null,
    custom_brand_logo: null,
    custom_brand_logo_width: null,
    custom_brand_logo_height: null,
    custom_support_email: null,
    custom_register_url: null,
    custom_support_url: null,
    custom_update_url: null,
    custom_help_url: null,
    customization_status: "none",
    registration_status: "none",
    refresh_enabled: true,
    refresh_delay_minutes: 5,
    image_format: "svg",
    hostname: "power",
    timezone: "UTC",
    http_ports: [80],
    https_ports: [443],
    https_cert: null,
    certificates: [],
    crls: [],
    ssh_enabled: false,
    ssh_port: 22,
    ssh_authorized_keys: "",
    ntp_server_enabled: false,
    ntp_peers: ["0.pool.ntp.org", "1.pool.ntp.org"],
    syslog_minimal_severity: 6,
    syslog_ip_address: null,
    allow_jsonrpc: false,
    allow_jsonrpc_nonadmin: false,
    allow_rest: true,
    allow_rest_nonadmin: false,
    allow_plaintext_logins: false,
    lockout_delay_minutes: 5,
    ...tail(null),
  };
}
