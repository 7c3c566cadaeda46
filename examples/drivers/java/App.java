// Values of kwtools from JDBC: docs/use/java.md. Connects by PGHOST, PGPORT, PGDATABASE and PGUSER.

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.LongStream;
import org.postgresql.PGConnection;

public class App {
    static final int ATTEMPTS = 5;

    record Person(long id, String name, String email) {}

    interface Work {
        void run() throws Exception;
    }

    static Connection connect(boolean pooled) throws SQLException {
        var environment = System.getenv();
        var properties = new Properties();
        properties.setProperty("user", environment.get("PGUSER"));
        // A server-side statement belongs to one server process. A transaction pooler changes it.
        properties.setProperty("prepareThreshold", pooled ? "0" : "5");
        // An error of the server shows no values then, even if a constraint fails.
        properties.setProperty("logServerErrorDetail", "false");
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%s/%s".formatted(
                        environment.get("PGHOST"), environment.get("PGPORT"), environment.get("PGDATABASE")),
                properties);
    }

    static void writeOne(Connection connection, Person person) throws SQLException {
        var insert = "insert into people (id, name, email) values (?, ?, kw.encrypt_text('people', ?, 'email', ?))";
        try (var statement = connection.prepareStatement(insert)) {
            statement.setLong(1, person.id());
            statement.setString(2, person.name());
            statement.setLong(3, person.id());
            statement.setString(4, person.email());
            statement.executeUpdate();
        }
    }

    static String readOne(Connection connection, long id) throws SQLException {
        var select = "select kw.decrypt_text('people', id, 'email', email) from people where id = ?";
        try (var statement = connection.prepareStatement(select)) {
            statement.setLong(1, id);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    static void writeMany(Connection connection, List<Person> people) throws SQLException {
        var insert = """
                insert into people (id, name, email)
                select * from unnest(?, ?, kw.encrypt_text_many_by_bigint('people', ?, 'email', ?))
                """;
        try (var statement = connection.prepareStatement(insert)) {
            var ids = connection.createArrayOf("bigint", people.stream().map(Person::id).toArray());
            statement.setArray(1, ids);
            statement.setArray(2, connection.createArrayOf("text", people.stream().map(Person::name).toArray()));
            statement.setArray(3, ids);
            statement.setArray(4, connection.createArrayOf("text", people.stream().map(Person::email).toArray()));
            statement.executeUpdate();
        }
    }

    static List<String> readMany(Connection connection, long[] ids) throws SQLException {
        var select = """
                select unnest(kw.decrypt_text_many_by_bigint('people', p.ids, 'email', p.emails))
                from (
                    select array_agg(id order by id) as ids, array_agg(email order by id) as emails
                    from people where id = any(?)
                ) p
                """;
        try (var statement = connection.prepareStatement(select)) {
            statement.setArray(1, connection.createArrayOf("bigint", Arrays.stream(ids).boxed().toArray()));
            var emails = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    emails.add(rows.getString(1));
                }
            }
            return emails;
        }
    }

    static String writeOtherKeys(Connection connection, UUID visit) throws SQLException {
        try (var statement = connection.prepareStatement(
                "insert into visits values (?, kw.encrypt('visits', ?, 'note', ?))")) {
            statement.setObject(1, visit);
            statement.setObject(2, visit);
            statement.setBytes(3, "\0met at noon".getBytes(StandardCharsets.UTF_8)); // bytes are bytea
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement(
                "insert into rooms values (?, kw.encrypt_text('rooms', ?, 'door', ?))")) {
            statement.setString(1, "A-1");
            statement.setString(2, "A-1");
            statement.setString(3, "4711");
            statement.executeUpdate();
        }
        var select = """
                select kw.decrypt('visits', v.id, 'note', v.note), kw.decrypt_text('rooms', r.code, 'door', r.door)
                from visits v, rooms r where v.id = ? and r.code = ?
                """;
        try (var statement = connection.prepareStatement(select)) {
            statement.setObject(1, visit);
            statement.setString(2, "A-1");
            try (var rows = statement.executeQuery()) {
                rows.next();
                return new String(rows.getBytes(1), StandardCharsets.UTF_8).substring(1) + " " + rows.getString(2);
            }
        }
    }

    static void copyMany(Connection connection, List<Person> people) throws Exception {
        byte[][] sealed;
        try (var statement = connection.prepareStatement(
                "select kw.encrypt_text_many_by_bigint('people', ?, 'email', ?)")) {
            statement.setArray(1, connection.createArrayOf("bigint", people.stream().map(Person::id).toArray()));
            statement.setArray(2, connection.createArrayOf("text", people.stream().map(Person::email).toArray()));
            try (var rows = statement.executeQuery()) {
                rows.next();
                sealed = (byte[][]) rows.getArray(1).getArray();
            }
        }
        var lines = new StringBuilder();
        for (int number = 0; number < sealed.length; number++) {
            var person = people.get(number);
            var name = person.name().replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
            var email = sealed[number] == null ? "\\N" : "\\\\x" + HexFormat.of().formatHex(sealed[number]);
            lines.append(person.id()).append('\t').append(name).append('\t').append(email).append('\n');
        }
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn(
                "copy people (id, name, email) from stdin",
                new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    static String inBatch(Connection connection, List<Person> people) throws SQLException {
        var insert = "insert into people (id, name, email) values (?, ?, kw.encrypt_text('people', ?, 'email', ?))";
        try (var statement = connection.prepareStatement(insert)) {
            for (var person : people) {
                statement.setLong(1, person.id());
                statement.setString(2, person.name());
                statement.setLong(3, person.id());
                statement.setString(4, person.email());
                statement.addBatch();
            }
            statement.executeBatch(); // sent without waiting for each answer
        }
        return readOne(connection, people.get(people.size() - 1).id());
    }

    static String prepared(Connection connection, long[] ids) throws SQLException {
        var select = "select kw.decrypt_text('people', id, 'email', email) from people where id = ?";
        String last = null;
        try (var statement = connection.prepareStatement(select)) {
            for (var id : ids) { // from the fifth time on, the server has it prepared
                statement.setLong(1, id);
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    last = rows.getString(1);
                }
            }
        }
        return last;
    }

    static String whatToDo(SQLException error) {
        return switch (String.valueOf(error.getSQLState())) {
            case "40001", "40P01" -> "repeat the transaction";
            case "KW100" -> "not permitted";
            case "KW301" -> "erased";
            case "KW300" -> "unreadable";
            case "KW204", "KW208", "55P03" -> "try later";
            case "KW001", "08001", "08003", "08006", "57P01" -> "reconnect";
            default -> "report";
        };
    }

    static void inTransaction(Connection connection, Work work) throws Exception {
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (Exception error) {
            connection.rollback();
            throw error;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    static int repeat(Connection connection, Work work) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                inTransaction(connection, work);
                return attempt;
            } catch (SQLException error) {
                if (!whatToDo(error).equals("repeat the transaction") || attempt == ATTEMPTS) {
                    throw error;
                }
                Thread.sleep(10L << attempt);
            }
        }
    }

    static String outcome(Connection connection, String query, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int number = 0; number < parameters.length; number++) {
                statement.setObject(number + 1, parameters[number]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return "no error";
            }
        } catch (SQLException error) {
            return whatToDo(error);
        }
    }

    static List<Person> people(long first, long end) {
        return LongStream.range(first, end)
                .mapToObj(id -> new Person(id, "Person\t" + id + "\\", id + "@example.org"))
                .toList();
    }

    public static void main(String[] arguments) throws Exception {
        var pooled = List.of(arguments).contains("--pooled");
        try (var connection = connect(pooled)) {
            writeOne(connection, new Person(1, "Ada", "ada@example.org"));
            System.out.println("one: " + readOne(connection, 1));
            writeMany(connection, List.of(
                    new Person(2, "Grace", "grace@example.org"), new Person(3, "Alan", null)));
            var many = readMany(connection, new long[] {1, 2, 3});
            System.out.printf("many: 1 %s, 2 %s, 3 %s%n", many.toArray());
            System.out.println("keys: " + writeOtherKeys(connection, UUID.randomUUID()));
            inTransaction(connection, () -> copyMany(connection, people(10, 110)));
            var copied = readMany(connection, LongStream.range(10, 110).toArray());
            System.out.println("copied: " + copied.size() + " " + readOne(connection, 109));
            inTransaction(connection,
                    () -> System.out.println("pipeline: " + inBatch(connection, people(110, 120))));
            if (!pooled) {
                System.out.println("prepared: " + prepared(connection, LongStream.range(10, 30).toArray()));
            }
            var retry = new Person(200, "Retry", "retry@example.org");
            var attempts = repeat(connection, () -> writeOne(connection, retry));
            System.out.println("repeated: " + attempts + " " + readOne(connection, 200));
            System.out.println("salary: " + outcome(
                    connection, "select kw.decrypt_text('people', 1, 'salary', ?)", new byte[] {0}));
            var read = "select kw.decrypt_text('people', ?, 'email', email) from people where id = ?";
            System.out.println("person 9: " + outcome(connection, read, 9L, 9L));
            System.out.println("moved: " + outcome(connection, read, 2L, 1L));
        }
    }
}
