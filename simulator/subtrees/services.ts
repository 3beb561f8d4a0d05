import type { Model } from "../profile/models";
import { array, boolean, number, object, opaque, optional, perOutlet, type StateOf, string } from "../schema/nodes";
import { since } from "../schema/place";
import { between, matches } from "../schema/validators";

/** snmp/ (device.md 3.8). */
export const snmpSchema = object(
  {
    enabled: boolean(),
    engine_id: string({ validate: matches(/^([0-9A-Fa-f]{2})*$/) }),
    oid_subtrees: array(opaque()),
    users: array(opaque(), { secret: true }),
    community_mappings: array(opaque(), { secret: true }),
    extensions: array(opaque()),
    known_auth_methods: array(string(), { readonly: true }),
    known_priv_methods: array(string(), { readonly: true }),
  },
  { adminRead: true, protectedBy: "network" },
);

const upnpOutlet = object({ exposed: boolean(), alternate_name: optional(string()), id: string(), profile: string() });

/** upnp/ (device.md 3.8). */
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

/** modbus/ (device.md 3.8), since the firmware of December 2021. */
export const modbusSchema = object(
  {
    enabled: boolean(),
    outlets: perOutlet(object({ allow_read: boolean(), allow_write: boolean() })),
    discrete_inputs: array(opaque()),
    input_registers: array(opaque()),
    holding_registers: array(opaque()),
    port: number({ validate: between(1, 65535) }),
    notifications: array(opaque(), { readonly: true }),
  },
  { adminRead: true, protectedBy: "network", wireName: since("modbus") },
);

const sinkSchema = object(
  { name: string(), type: string(), data: opaque(), test: opaque() },
  { required: ["name", "type"], fresh: () => ({ data: {}, test: null }) },
);

/** notification/ (device.md 3.8). */
export const notificationSchema = object(
  {
    sinks: array(sinkSchema),
    rules: array(opaque()),
    known_sink_types: opaque({ readonly: true }),
    sink_data_item_groups: opaque({ readonly: true }),
  },
  { adminRead: true, protectedBy: "notifications" },
);

export type SnmpState = StateOf<typeof snmpSchema>;
export type UpnpState = StateOf<typeof upnpSchema>;
export type ModbusState = StateOf<typeof modbusSchema>;
export type NotificationState = StateOf<typeof notificationSchema>;

/** Everything off. */
export function initialSnmp(): SnmpState {
  return {
    enabled: false,
    engine_id: "8000B2CA03000000000000",
    oid_subtrees: [],
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
    port: 502,
    notifications: [],
  };
}

/** No rule, nobody told. */
export function initialNotification(): NotificationState {
  return { sinks: [], rules: [], known_sink_types: ["email", "syslog"], sink_data_item_groups: [] };
}
