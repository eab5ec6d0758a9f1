package convoy.iceberg;

import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.PictureColumns.Column;
import convoy.driver.importing.table.TableContent;
import convoy.driver.importing.table.TableFormat;
import convoy.driver.importing.table.WantedTable;
import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg tables by their address: the folder of one of a Hadoop catalog, or a metadata file of any. */
public final class IcebergFormat implements TableFormat {
    private static final String METADATA = ".metadata.json";

    /** Found by {@link java.util.ServiceLoader}. */
    public IcebergFormat() {}

    @Override
    public String name() {
        return "iceberg";
    }

    @Override
    public TableContent read(Configuration hadoop, WantedTable wanted) {
        String uri = wanted.uri();
        try {
            Table table = uri.endsWith(METADATA) ? fixed(hadoop, uri) : new HadoopTables(hadoop).load(uri);
            PictureColumns columns = new PictureColumns(
                    column(table, uri, wanted.image(), "bytes of picture files (binary)", Type.TypeID.BINARY),
                    column(
                            table,
                            uri,
                            wanted.label(),
                            "names or numbers of classes (string, int or long)",
                            Type.TypeID.STRING,
                            Type.TypeID.INTEGER,
                            Type.TypeID.LONG));
            return new Snapshots(table, uri).content(columns);
        } catch (NoSuchTableException none) {
            throw new BadInputException(
                    "table " + uri + " is no Iceberg table of a Hadoop catalog, which has a folder metadata with"
                            + " v1" + METADATA
                            + " and so on: name its folder, or the newest metadata file of a table of"
                            + " another catalog",
                    none);
        } catch (NotFoundException gone) {
            throw new BadInputException(
                    "table " + uri + " is not whole, or not there (" + FirstLine.of(gone) + "): check the address",
                    gone);
        } catch (ValidationException | IllegalArgumentException | RuntimeIOException unreadable) {
            throw new BadInputException(
                    "table " + uri + " cannot be read (" + FirstLine.of(unreadable)
                            + "): check that it is an Iceberg table of format 1 or 2",
                    unreadable);
        }
    }

    private static Table fixed(Configuration hadoop, String uri) {
        return new BaseTable(new StaticTableOperations(uri, new HadoopFileIO(hadoop)), uri);
    }

    private static Column column(Table table, String uri, String name, String must, Type.TypeID... kinds) {
        Schema schema = table.schema();
        Types.NestedField field = schema.findField(name);
        if (field == null) {
            throw new BadInputException("table " + uri + " has no column " + name + ", its columns are "
                    + schema.columns().stream().map(Types.NestedField::name).collect(Collectors.joining(", "))
                    + ": name the right one");
        }
        for (Type.TypeID kind : kinds) {
            if (field.type().typeId() == kind) {
                return new Column(
                        name,
                        schema.columns().contains(field)
                                ? field.fieldId()
                                : Column.named(name).id());
            }
        }
        throw new BadInputException("table " + uri + ": column " + name + " is of type " + field.type()
                + ", and must hold " + must + ": name another, or cast it");
    }
}
