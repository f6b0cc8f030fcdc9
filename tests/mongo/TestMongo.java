import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;

/** Serves the database in the file args[0] on 127.0.0.1:args[1] (0: a free port) until SIGTERM. */
public class TestMongo {
  public static void main(String[] args) {
    MongoServer server = new MongoServer(new H2Backend(args[0]));
    server.bind("127.0.0.1", Integer.parseInt(args[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println(server.getConnectionString());
  }
}
