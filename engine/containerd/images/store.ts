// Images: names for descriptors.

import { alreadyExists, notFound } from "../../lib/errors";
import type { Sys } from "../../sys";
import type { Image } from "../api";
import type { Bucket } from "../metadata/bucket";
import { timestamp } from "../metadata/database";

export type NewImage = Omit<Image, "createdAt" | "updatedAt">;

export class ImageStore {
	constructor(
		private readonly sys: Sys,
		private readonly images: Bucket<Image>,
	) {}

	/** @throws EngineError notFound */
	get(name: string): Image {
		const image = this.images.get(name);
		if (!image) throw notFound(`image ${JSON.stringify(name)}: not found`);
		return image;
	}
	list(): Image[] {
		return this.images.values();
	}
	/** @throws EngineError alreadyExists */
	async create(image: NewImage): Promise<Image> {
		if (this.images.has(image.name)) throw alreadyExists(`image ${JSON.stringify(image.name)}: already exists`);
		const now = timestamp(this.sys);
		const created: Image = { ...image, createdAt: now, updatedAt: now };
		await this.images.put(image.name, created);
		return created;
	}
	/** @throws EngineError notFound */
	async update(image: NewImage): Promise<Image> {
		const { createdAt } = this.get(image.name);
		const updated: Image = { ...image, createdAt, updatedAt: timestamp(this.sys) };
		await this.images.put(image.name, updated);
		return updated;
	}
	set(image: NewImage): Promise<Image> {
		return this.images.has(image.name) ? this.update(image) : this.create(image);
	}
	async delete(name: string): Promise<void> {
		this.get(name);
		await this.images.delete(name);
	}
}
