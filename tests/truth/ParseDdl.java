import java.nio.file.Files;
import java.nio.file.Paths;
import org.apache.hadoop.hive.ql.parse.ASTNode;
import org.apache.hadoop.hive.ql.parse.BaseSemanticAnalyzer;
import org.apache.hadoop.hive.ql.parse.ParseDriver;
import org.apache.hadoop.hive.serde2.typeinfo.TypeInfoUtils;

/**
 * Prints what Hive's parser reads in files of DDL, a line a column and a property: FILE, its kind, name
 * and value, parted by tabs. A file that it refuses ends the program with its message.
 */
public class ParseDdl {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            String text = new String(Files.readAllBytes(Paths.get(file)), "UTF-8");
            print(file, new ParseDriver().parse(text));
        }
    }

    private static void print(String file, ASTNode node) {
        String kind = node.getToken() == null ? "" : node.getToken().getText();
        if (kind.equals("TOK_TABCOL") && node.getChildCount() > 2) {
            String name = BaseSemanticAnalyzer.unescapeIdentifier(node.getChild(0).getText());
            System.out.println(String.join("\t", file, "comment", name, unescaped(node, 2)));
        }
        if (kind.equals("TOK_TABLEPROPERTY")) {
            System.out.println(String.join("\t", file, "property", unescaped(node, 0), unescaped(node, 1)));
        }
        for (int at = 0; at < node.getChildCount(); at++) {
            print(file, (ASTNode) node.getChild(at));
        }
    }

    private static String unescaped(ASTNode node, int child) {
        return BaseSemanticAnalyzer.unescapeSQLString(node.getChild(child).getText());
    }
}
