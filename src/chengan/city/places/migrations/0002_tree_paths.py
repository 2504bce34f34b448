"""The database keeps the paths of areas and organisations, whoever writes them."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION places_own_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above varchar := '/';
BEGIN
    IF NEW.parent_id IS NOT NULL THEN
        EXECUTE format('SELECT path FROM %I WHERE id = $1', TG_TABLE_NAME)
            INTO above USING NEW.parent_id;
        IF above IS NULL THEN
            RAISE EXCEPTION '%: write parent % before its child', TG_TABLE_NAME, NEW.parent_id
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        IF position('/' || NEW.id || '/' IN above) > 0 THEN
            RAISE EXCEPTION '%: % cannot stand below itself', TG_TABLE_NAME, NEW.id
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.path := above || NEW.id || '/';
    RETURN NEW;
END $$;

CREATE FUNCTION places_paths_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %I SET path = '''' WHERE parent_id = $1', TG_TABLE_NAME) USING NEW.id;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER tree_own_path BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION places_own_path();
CREATE TRIGGER tree_paths_below AFTER UPDATE ON {table}
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path)
    EXECUTE FUNCTION places_paths_below();
"""
TABLES = ["places_area", "places_organisation"]


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION places_own_path() CASCADE; DROP FUNCTION places_paths_below() CASCADE;",
        ),
        *[migrations.RunSQL(TRIGGERS.format(table=table), "") for table in TABLES],
    ]
