// `docker run --rm IMAGE true` over the API: create, start, wait, remove. One code for our daemon in Node, ours in a
// browser, and the real one; so it must stay free of imports (a browser gets it as text).

export type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: string }>;

/** Milliseconds for the whole of it. @throws Error when any step fails or the exit code is not 0 */
export async function dockerRunTrue(call: Call, image: string): Promise<number> {
	const began = performance.now();
	const expect = async (status: number, method: string, path: string, body?: unknown): Promise<string> => {
		const answer = await call(method, path, body);
		if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
		return answer.body;
	};
	const created = await expect(201, "POST", "/containers/create", {
		Image: image,
		Cmd: ["true"],
		HostConfig: { NetworkMode: "none" },
	});
	const { Id: id } = JSON.parse(created) as { Id: string };
	await expect(204, "POST", `/containers/${id}/start`);
	const waited = JSON.parse(await expect(200, "POST", `/containers/${id}/wait`)) as { StatusCode: number };
	if (waited.StatusCode !== 0) throw new Error(`true exited with ${waited.StatusCode}`);
	await expect(204, "DELETE", `/containers/${id}`);
	return performance.now() - began;
}
