"use client";
// The store for React.

import { useEffect } from "react";
import { useStore } from "zustand";
import { type MachineState, machineStore, startMachine } from "./store";

export const useMachine = <T>(select: (state: MachineState) => T): T => useStore(machineStore, select);

/** Starts the machine when a page that needs it is shown. */
export function useRunningMachine(): void {
	useEffect(startMachine, []);
}
