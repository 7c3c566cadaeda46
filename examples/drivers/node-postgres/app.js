// Values of kwtools from node-postgres. Connects by the variables of libpq; docs/use/node.md explains.
const {randomUUID} = require("node:crypto");
const {Readable} = require("node:stream");
const {pipeline} = require("node:stream/promises");
const {setTimeout} = require("node:timers/promises");
const {DatabaseError, Pool} = require("pg");
const {from: copyFrom} = require("pg-copy-streams");

const ATTEMPTS = 5;
const pooled = process.argv.includes("--pooled");
const pool = new Pool({max: 2});
pool.on("error", () => {}); // a connection that waits in the pool may be lost: the pool replaces it

async function writeOne(client, id, name, email) {
    // The server infers the types, so the key needs its type where it first appears.
    await client.query(
        `insert into people (id, name, email)
        values ($1::bigint, $2, kw.encrypt_text('people', $1, 'email', $3))`,
        [id, name, email],
    );
}

async function readOne(client, id) {
    const {rows} = await client.query(
        "select kw.decrypt_text('people', id, 'email', email) as email from people where id = $1",
        [id],
    );
    return rows[0]?.email;
}

async function writeMany(client, people) {
    await client.query(
        `insert into people (id, name, email)
        select * from unnest(
            $1::bigint[], $2::text[], kw.encrypt_text_many_by_bigint('people', $1, 'email', $3)
        )`,
        [people.map((one) => one.id), people.map((one) => one.name), people.map((one) => one.email)],
    );
}

async function readMany(client, ids) {
    const {rows} = await client.query(
        `select
            unnest(p.ids) as id,
            unnest(kw.decrypt_text_many_by_bigint('people', p.ids, 'email', p.emails)) as email
        from (
            select array_agg(id order by id) as ids, array_agg(email order by id) as emails
            from people where id = any($1)
        ) p`,
        [ids],
    );
    return rows; // a bigint is a string in JavaScript: {id: "1", email: …}
}

async function writeOtherKeys(client, visit) {
    await client.query("insert into visits values ($1::uuid, kw.encrypt('visits', $1, 'note', $2))", [
        visit,
        Buffer.from("\x00met at noon"), // a Buffer is bytea
    ]);
    await client.query("insert into rooms values ($1::text, kw.encrypt_text('rooms', $1, 'door', $2))", [
        "A-1",
        "4711",
    ]);
    const {rows} = await client.query(
        `select
            kw.decrypt('visits', v.id, 'note', v.note) as note,
            kw.decrypt_text('rooms', r.code, 'door', r.door) as door
        from visits v, rooms r where v.id = $1 and r.code = $2`,
        [visit, "A-1"],
    );
    return rows[0];
}

async function copyMany(client, people) {
    const {rows} = await client.query(
        `select s.id, s.name, s.email
        from unnest(
            $1::bigint[], $2::text[], kw.encrypt_text_many_by_bigint('people', $1, 'email', $3)
        ) s(id, name, email)`,
        [people.map((one) => one.id), people.map((one) => one.name), people.map((one) => one.email)],
    );
    const quoted = (text) => text.replace(/[\\\t\n\r]/g, (one) => ({"\t": "\\t", "\n": "\\n", "\r": "\\r"})[one] ?? "\\\\");
    const lines = rows.map(({id, name, email}) => `${id}\t${quoted(name)}\t\\\\x${email.toString("hex")}\n`);
    await pipeline(Readable.from(lines), client.query(copyFrom("copy people (id, name, email) from stdin")));
}

async function prepared(client, ids) {
    const found = [];
    for (const id of ids) {
        const {rows} = await client.query({
            name: "read email",
            text: "select kw.decrypt_text('people', id, 'email', email) as email from people where id = $1",
            values: [id],
        });
        found.push(rows[0].email);
    }
    return found;
}

function whatToDo(error) {
    if (!(error instanceof DatabaseError)) {
        return "reconnect"; // of the network or the driver, as ECONNRESET
    }
    switch (error.code) {
        case "40001":
        case "40P01":
            return "repeat the transaction";
        case "KW100":
            return "not permitted";
        case "KW301":
            return "erased";
        case "KW300":
            return "unreadable";
        case "KW204":
        case "KW208":
        case "55P03":
            return "try later";
        case "KW001":
        case "57P01":
            return "reconnect";
        default:
            return "report";
    }
}

async function inTransaction(work) {
    const client = await pool.connect();
    client.on("error", () => {}); // where the connection is lost, the query fails too
    let lost;
    try {
        await client.query("begin");
        const done = await work(client);
        await client.query("commit");
        return done;
    } catch (error) {
        await client.query("rollback").catch((problem) => { lost = problem; });
        throw error;
    } finally {
        client.removeAllListeners("error");
        client.release(lost);
    }
}

async function repeat(work) {
    for (let attempt = 1; ; attempt += 1) {
        try {
            await inTransaction(work);
            return attempt;
        } catch (error) {
            if (whatToDo(error) !== "repeat the transaction" || attempt === ATTEMPTS) {
                throw error;
            }
            await setTimeout(10 * 2 ** attempt);
        }
    }
}

async function outcome(text, values) {
    try {
        await pool.query(text, values);
        return "no error";
    } catch (error) {
        return whatToDo(error);
    }
}

async function main() {
    await writeOne(pool, 1, "Ada", "ada@example.org");
    console.log(`one: ${await readOne(pool, 1)}`);
    await writeMany(pool, [
        {id: 2, name: "Grace", email: "grace@example.org"},
        {id: 3, name: "Alan", email: null},
    ]);
    const many = await readMany(pool, [1, 2, 3]);
    console.log(`many: ${many.map(({id, email}) => `${id} ${email}`).join(", ")}`);
    const {note, door} = await writeOtherKeys(pool, randomUUID());
    console.log(`keys: ${note.subarray(1)} ${door}`);
    const ids = Array.from({length: 100}, (_, number) => number + 10);
    await inTransaction((client) =>
        copyMany(client, ids.map((id) => ({id, name: `Person\t${id}\\`, email: `${id}@example.org`}))),
    );
    console.log(`copied: ${(await readMany(pool, ids)).length} ${await readOne(pool, 109)}`);
    if (!pooled) {
        console.log(`prepared: ${(await inTransaction((client) => prepared(client, ids.slice(0, 20)))).at(-1)}`);
    }
    const attempts = await repeat((client) => writeOne(client, 200, "Retry", "retry@example.org"));
    console.log(`repeated: ${attempts} ${await readOne(pool, 200)}`);
    console.log(`salary: ${await outcome("select kw.decrypt_text('people', 1, 'salary', $1)", [Buffer.from([0])])}`);
    const read = "select kw.decrypt_text('people', $2::bigint, 'email', email) from people where id = $1";
    console.log(`person 9: ${await outcome(read, [9, 9])}`);
    console.log(`moved: ${await outcome(read, [1, 2])}`);
    await pool.end();
}

main();
