/** The whole object tree: its schema, its state, and how an untouched device starts. */
import type { DialectSettings } from "../dialects";
import type { Model } from "../profile/models";
import { object } from "../schema/nodes";
import { type AuthState, authSchema, initialAuth } from "./auth";
import { type AutopingState, autopingSchema, initialAutoping } from "./autoping";
import { type ConfigState, configSchema, initialConfig } from "./config";
import { credSchema } from "./cred";
import { initialMeter, type MeterState, meterSchema } from "./meter";
import { initialMqtt, type MqttState, mqttSchema } from "./mqtt";
import { initialNetwork, type NetworkState, networkSchema } from "./network";
import { initialRelay, type RelayState, relaySchema } from "./relay";
import { initialScript, type ScriptState, scriptSchema } from "./script";
import {
  initialModbus,
  initialNotification,
  initialSnmp,
  initialUpnp,
  type ModbusState,
  modbusSchema,
  type NotificationState,
  notificationSchema,
  type SnmpState,
  snmpSchema,
  type UpnpState,
  upnpSchema,
} from "./services";
import { initialSystem, type SystemState, systemSchema } from "./system";

/** /restapi/ (device.md section 3). */
export const rootSchema = object({
  relay: relaySchema,
  auth: authSchema,
  config: configSchema,
  network: networkSchema,
  autoping: autopingSchema,
  script: scriptSchema,
  meter: meterSchema,
  notification: notificationSchema,
  snmp: snmpSchema,
  upnp: upnpSchema,
  mqtt: mqttSchema,
  modbus: modbusSchema,
  cred: credSchema,
  system: systemSchema,
});

/**
 * The state of a whole device, plain and live: reading shows what the device has now, and assigning changes it without
 * any effect on relays, queues or threads (for a change with its effects, see `changeByHand`).
 */
export interface Tree {
  relay: RelayState;
  auth: AuthState;
  config: ConfigState;
  network: NetworkState;
  autoping: AutopingState;
  script: ScriptState;
  meter: MeterState;
  notification: NotificationState;
  snmp: SnmpState;
  upnp: UpnpState;
  mqtt: MqttState;
  modbus: ModbusState;
  system: SystemState;
}

/** What a tree starts from. */
export interface TreeOptions {
  readonly model: Model;
  readonly firmware: string;
  readonly dialects: DialectSettings;
  readonly username: string;
  readonly password: string;
}

/** The tree of an untouched device, with REST on. */
export function initialTree(options: TreeOptions): Tree {
  const { model, firmware, dialects, username, password } = options;
  return {
    relay: initialRelay(model, dialects),
    auth: initialAuth(model, username, password),
    config: initialConfig(model, firmware),
    network: initialNetwork(),
    autoping: initialAutoping(firmware, dialects),
    script: initialScript(),
    meter: initialMeter(model, dialects),
    notification: initialNotification(),
    snmp: initialSnmp(),
    upnp: initialUpnp(model),
    mqtt: initialMqtt(model),
    modbus: initialModbus(model),
    system: initialSystem(),
  };
}
