/** `snmp/`, `upnp/`, `modbus/` and `notification/`: what the device offers to other programs, and whom it notifies. */
import type { Model } from "../profile/models";
import {
  array,
  boolean,
  call,
  map,
  number,
  object,
  opaque,
  optional,
  perOutlet,
  type StateOf,
  string,
} from "../schema/nodes";
import { since } from "../schema/place";
import { between, matches } from "../schema/validators";
import { wiredMac } from "./network";

const oidSubtreeSchema = object(
  { root: string(), title: string(), read_security_level: string(), write_security_level: string() },
  { fresh: () => ({ root: "", title: "", read_security_level: "noauth", write_security_level: "noauth" }) },
);

/** snmp/ (device.md section 3.8). */
export const snmpSchema = object(
  {
    enabled: boolean(),
    engine_id: string({ validate: matches(/^([0-9A-Fa-f]{2})*$/) }),
    oid_subtrees: map(oidSubtreeSchema),
    users: array(opaque(), { secret: true }),
    community_mappings: array(opaque(), { secret: true }),
    extensions: array(opaque()),
    known_auth_methods: array(string(), { readonly: true }),
    known_priv_methods: array(string(), { readonly: true }),
  },
  { adminRead: true, protectedBy: "network" },
);

const upnpOutlet = object({ exposed: boolean(), alternate_name: optional(string()), id: string(), profile: string() });

/** upnp/ (device.md section 3.8). */
export const upnpSchema = object(
  {
    enabled: boolean(),
    outlets: perOutlet(upnpOutlet),
    profiles: array(opaque(), { readonly: true }),
    expose_name: boolean({ wireName: since("additionsOf2024") }),
    expose_model: boolean({ wireName: since("additionsOf2024") }),
    expose_serial: boolean({ wireName: since("additionsOf2024") }),
    expose_outlet_positions: boolean({ wireName: since("additionsOf2024") }),
    notifications: array(opaque(), { readonly: true }),
  },
  { adminRead: true, protectedBy: "network" },
);

/** modbus/ (device.md section 3.8), since the firmware of December 2021. */
export const modbusSchema = object(
  {
    enabled: boolean(),
    outlets: perOutlet(object({ allow_read: boolean(), allow_write: boolean() })),
    discrete_inputs: array(opaque()),
    input_registers: array(opaque()),
    holding_registers: array(opaque()),
    port: optional(number(), { validate: between(1, 65535) }),
    notifications: array(opaque(), { readonly: true }),
  },
  { adminRead: true, protectedBy: "network", wireName: since("modbus") },
);

const sinkSchema = object(
  { name: string(), type: string(), data: opaque({ secret: true }), test: call() },
  { required: ["name", "type"], fresh: () => ({ data: {} }) },
);

/** notification/ (device.md section 3.8). Passwords, communities and passphrases are in the data of a sink. */
export const notificationSchema = object(
  {
    sinks: array(sinkSchema),
    rules: array(opaque()),
    known_sink_types: array(string(), { readonly: true }),
    sink_data_item_groups: opaque({ readonly: true }),
  },
  { adminRead: true, protectedBy: "notifications" },
);

export type SnmpState = StateOf<typeof snmpSchema>;
export type UpnpState = StateOf<typeof upnpSchema>;
export type ModbusState = StateOf<typeof modbusSchema>;
export type NotificationState = StateOf<typeof notificationSchema>;

/** Off, with the subtree that every device has; the name of its security level is inferred. */
export function initialSnmp(): SnmpState {
  return {
    enabled: false,
    engine_id: `8000B2CA03${wiredMac.replaceAll(":", "")}`,
    oid_subtrees: {
      energyObject: {
        root: "1.3.6.1.2.1.229",
        title: "energyObject",
        read_security_level: "priv",
        write_security_level: "priv",
      },
    },
    users: [],
    community_mappings: [],
    extensions: [],
    known_auth_methods: ["none", "MD5", "SHA"],
    known_priv_methods: ["none", "DES", "AES"],
  };
}

/** Off, no outlet exposed. */
export function initialUpnp(model: Model): UpnpState {
  return {
    enabled: false,
    outlets: Array.from({ length: model.outletCount }, (_, index) => ({
      exposed: false,
      alternate_name: null,
      id: `1944d90d${index.toString(16)}`,
      profile: "belkin_wemo_socket",
    })),
    profiles: ["belkin_wemo_socket"],
    expose_name: true,
    expose_model: true,
    expose_serial: true,
    expose_outlet_positions: true,
    notifications: [],
  };
}

/** Off, no outlet allowed. */
export function initialModbus(model: Model): ModbusState {
  return {
    enabled: false,
    outlets: Array.from({ length: model.outletCount }, () => ({ allow_read: false, allow_write: false })),
    discrete_inputs: [],
    input_registers: [],
    holding_registers: [],
    port: null,
    notifications: [],
  };
}

/** No rules, no sinks. */
export function initialNotification(): NotificationState {
  return {
    sinks: [],
    rules: [],
    known_sink_types: ["email", "snmpv1", "snmpv2c", "snmpv2ci", "snmpv3", "snmpv3i", "webhook", "xmpp"],
    sink_data_item_groups: [],
  };
}
