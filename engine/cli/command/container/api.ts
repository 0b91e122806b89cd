// What the container commands need of the Engine API's answers.

import type { PortBinding } from "../../../api/network";
import type { Client } from "../../client/client";
import { piece } from "../../client/objects";

export interface ContainerDetails {
	Id: string;
	Name: string;
	State: { Running: boolean; Paused: boolean; Restarting: boolean; Status: string; ExitCode: number };
	Config: { Tty: boolean; OpenStdin: boolean; Image: string };
	HostConfig: { AutoRemove: boolean };
	NetworkSettings: { Ports: Record<string, PortBinding[] | null> | null };
}

export const inspectContainer = (client: Client, name: string): Promise<ContainerDetails> =>
	client.json<ContainerDetails>("GET", `/containers/${piece(name)}/json`);

interface WaitAnswer {
	StatusCode: number;
	Error?: { Message?: string } | null;
}
/** Resolves with the exit code, when `condition` has come true. */
export async function waitContainer(client: Client, name: string, condition = ""): Promise<WaitAnswer> {
	return client.json<WaitAnswer>("POST", `/containers/${piece(name)}/wait`, { query: { condition } });
}

export const startContainer = (client: Client, name: string): Promise<void> =>
	client.done("POST", `/containers/${piece(name)}/start`);
