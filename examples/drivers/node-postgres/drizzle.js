// Values of kwtools from Drizzle: docs/use/node.md. Connects by the variables of libpq.
const {eq, sql} = require("drizzle-orm");
const {drizzle} = require("drizzle-orm/node-postgres");
const {bigint, customType, pgTable, text} = require("drizzle-orm/pg-core");
const {Pool} = require("pg");

const bytea = customType({dataType: () => "bytea"});
const people = pgTable("people", {
    id: bigint("id", {mode: "number"}).primaryKey(),
    name: text("name"),
    email: bytea("email"),
});
const pool = new Pool({max: 2});
pool.on("error", () => {});
const db = drizzle(pool);

const sealed = (id, email) => sql`kw.encrypt_text('people', ${id}::bigint, 'email', ${email})`;
const opened = sql`kw.decrypt_text('people', ${people.id}, 'email', ${people.email})`;

async function writeOne(id, name, email) {
    await db.insert(people).values({id, name, email: sealed(id, email)});
}

async function readOne(id) {
    const rows = await db.select({email: opened}).from(people).where(eq(people.id, id));
    return rows[0]?.email;
}

async function writeMany(rows) {
    const column = (name) => sql.param(rows.map((one) => one[name]));
    await db.execute(sql`
        insert into people (id, name, email)
        select * from unnest(
            ${column("id")}::bigint[],
            ${column("name")}::text[],
            kw.encrypt_text_many_by_bigint('people', ${column("id")}::bigint[], 'email', ${column("email")})
        )
    `);
}

async function outcome(query) {
    try {
        await query;
        return "no error";
    } catch (error) {
        return error.cause.code; // the text of the error itself has the parameters
    }
}

async function main() {
    await writeOne(1, "Ada", "ada@example.org");
    console.log(`one: ${await readOne(1)}`);
    const ids = Array.from({length: 100}, (_, number) => number + 10);
    const rows = ids.map((id) => ({id, name: `Person ${id}`, email: `${id}@example.org`}));
    await writeMany([{id: 3, name: "Alan", email: null}, ...rows]);
    console.log(`many: ${await readOne(109)} ${await readOne(3)}`);
    console.log(`person 9: ${await outcome(readOne(9))}`);
    const salary = Buffer.from([0]);
    console.log(`salary: ${await outcome(db.execute(sql`select kw.decrypt_text('people', 1, 'salary', ${salary})`))}`);
    const failed = await writeOne(1, "Ada", "ada@example.org").catch((error) => error);
    console.log(`shown: ${failed.message.includes("ada@example.org")}`); // so do not log it
    await pool.end();
}

main();
