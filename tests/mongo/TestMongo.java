import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import org.h2.mvstore.MVStore;

/**
 * Serves the database in the file args[0] on 127.0.0.1:args[1] (0: a free port) until SIGTERM.
 *
 * The server uses an index only for a query of nothing but the index's fields; ours ask for _id and something
 * else, and would read the whole collection. So a query that an index cannot answer alone goes by _id where it
 * names one, and the rest of it is checked on what was found, as MongoDB does.
 */
public class TestMongo {
  public static void main(String[] args) {
    MongoServer server = new MongoServer(new IndexedBackend(args[0]));
    server.bind("127.0.0.1", Integer.parseInt(args[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println(server.getConnectionString());
  }

  static class IndexedBackend extends H2Backend {
    IndexedBackend(String file) {
      super(file);
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String databaseName) {
      MVStore store = getMvStore();
      return new H2Database(databaseName, store, getCursorRegistry()) {
        @Override
        protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
          String fullName = databaseName + "." + name;
          return new H2Collection(this, name, options, store.openMap("databases." + fullName),
              store.openMap("meta." + fullName), cursorRegistry) {
            @Override
            protected QueryResult matchDocuments(Document query, Document orderBy, int skip, int limit,
                int batchSize, Document fields) {
              Document id = new Document("_id", query.get("_id"));
              for (Index<Object> index : getIndexes()) {
                if (query.containsKey("_id") && index.canHandle(id)) {
                  return matchDocuments(query, index.getPositions(id), orderBy, skip, limit, batchSize, fields);
                }
              }
              return super.matchDocuments(query, orderBy, skip, limit, batchSize, fields);
            }
          };
        }
      };
    }
  }
}
