"use client";
// Files: lower, upper and merged side by side, a row a name, read from the real directories.

import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useMachine } from "../../machine/use-machine";
import type { WorldContainer } from "../../machine/world";
import { useWords } from "../../words/context";
import { PictureFrame } from "../frame";
import { stageStore } from "../store";
import styles from "./files.module.css";
import { FilesDrawing } from "./files-drawing";
import { FilesTable } from "./files-table";
import { useOverlay } from "./use-overlay";

const NONE: WorldContainer[] = [];

export function FilesPicture() {
	const words = useWords().files;
	const world = useMachine((state) => state.world);
	const containers = world?.containers ?? NONE;
	const wanted = useStore(stageStore, (state) => state.container);
	const container = containers.find(({ id }) => id === wanted) ?? containers.find(({ pid }) => pid > 0) ?? containers[0];
	const [path, setPath] = useState("/");
	const [onlyChanges, setOnlyChanges] = useState(false);
	const view = useOverlay(container, path);
	const layers = world?.images.find((image) => image.id === container?.imageId)?.layers;
	const imageLayers = layers?.length ?? view?.dirs.lowers.length ?? 0;

	// biome-ignore lint/correctness/useExhaustiveDependencies: another container begins at its root
	useEffect(() => setPath("/"), [container?.id]);

	const rows = view?.rows.filter((row) => !onlyChanges || row.kind !== "same" || row.upper) ?? [];
	return (
		<PictureFrame
			caption={words.caption}
			empty={container && view ? undefined : words.empty}
			controls={
				<>
					<label>
						<span className="visually-hidden">{words.container}</span>
						<select
							className={styles.select}
							value={container?.id ?? ""}
							onChange={({ target }) => stageStore.setState({ container: target.value })}
						>
							{containers.map(({ id, name }) => (
								<option key={id} value={id}>
									{name}
								</option>
							))}
						</select>
					</label>
					<Crumbs path={path} go={setPath} />
					<label className={styles.only}>
						<input type="checkbox" checked={onlyChanges} onChange={({ target }) => setOnlyChanges(target.checked)} />
						{words.onlyChanges}
					</label>
				</>
			}
			picture={
				<FilesDrawing
					view={view}
					container={container?.id ?? ""}
					layers={layers?.map(({ diffId }) => diffId) ?? []}
					imageLayers={imageLayers}
					rows={rows}
					go={setPath}
				/>
			}
			table={<FilesTable rows={rows} imageLayers={imageLayers} />}
			foot={view && view.dirs.merged === undefined ? <p className={styles.stopped}>{words.stopped}</p> : undefined}
		/>
	);
}

function Crumbs({ path, go }: { path: string; go: (path: string) => void }) {
	const words = useWords().files;
	const names = path.split("/").filter(Boolean);
	return (
		<nav className={styles.crumbs} aria-label={words.directory}>
			<button type="button" onClick={() => go("/")} aria-current={path === "/" ? "location" : undefined}>
				/
			</button>
			{names.map((name, index) => {
				const to = `/${names.slice(0, index + 1).join("/")}`;
				return (
					<button key={to} type="button" onClick={() => go(to)} aria-current={to === path ? "location" : undefined}>
						{name}/
					</button>
				);
			})}
		</nav>
	);
}
