// The images that this site's registry offers, and what each is made of: packages, versions, licences, sources. The list is what
// set-up wrote beside the images.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metadata } from "next";
import { alternatesOf } from "@/components/page/alternates";
import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";
import type { Catalogue, CataloguePackage } from "@/engine/host/node/images/catalogue";
import styles from "./images.module.css";

interface Props {
	params: Promise<{ locale: Locale }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale } = await params;
	const words = wordsFor(locale);
	return {
		title: words.images.title,
		description: words.images.lead,
		alternates: alternatesOf(locale, "/images"),
	};
}

function catalogue(): Catalogue {
	const file = join(/* turbopackIgnore: true */ process.cwd(), ".drydock/registry/catalogue.json");
	return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Catalogue) : { images: [], host: [] };
}

export default async function Images({ params }: Props) {
	const { locale } = await params;
	const words = wordsFor(locale).images;
	const { images, host } = catalogue();
	return (
		<main id="main" className="reading">
			<h1>{words.title}</h1>
			<p className="lead">{words.lead}</p>
			{images.map(({ name, base, packages }) => (
				<section key={name} className={styles.image} aria-labelledby={`image-${name}`}>
					<h2 id={`image-${name}`} translate="no">
						{name}
					</h2>
					<p>{words.about[name]}</p>
					{base && <p className={styles.base}>{words.base(base)}</p>}
					<Packages list={packages} words={words} caption={words.packagesOf(name)} />
				</section>
			))}
			{host.length > 0 && (
				<section className={styles.image} aria-labelledby="host">
					<h2 id="host">{words.host}</h2>
					<p>{words.hostAbout}</p>
					<Packages list={host} words={words} caption={words.packagesOf(words.host)} />
				</section>
			)}
		</main>
	);
}

type Words = ReturnType<typeof wordsFor>["images"];

function Packages({ list, words, caption }: { list: CataloguePackage[]; words: Words; caption: string }) {
	if (list.length === 0) return null;
	return (
		<details className={styles.packages}>
			<summary>{words.count(list.length)}</summary>
			<div className={styles.scroll}>
				<table>
					<caption>{caption}</caption>
					<thead>
						<tr>
							<th scope="col">{words.package}</th>
							<th scope="col">{words.version}</th>
							<th scope="col">{words.licence}</th>
							<th scope="col">{words.source}</th>
						</tr>
					</thead>
					<tbody translate="no">
						{list.map(({ name, version, licences, source }) => (
							<tr key={name}>
								<th scope="row">{name}</th>
								<td>{version}</td>
								<td>{licences.length > 0 ? licences.join(", ") : words.ownTerms}</td>
								<td>
									<a href={source} rel="noreferrer" aria-label={words.sourceOf(name)}>
										{words.read}
									</a>
								</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</details>
	);
}
