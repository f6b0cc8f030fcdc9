<?php
/**
 * Takes scripts of dead share services out of posts, and puts them back.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * One statement writes a post's content alone, if nobody changed it in between: wp_update_post() would send it through KSES
 * and other filters, which change other bytes, and give the post a new date. What was taken out is kept in post meta, by
 * its place; a post's rows of that are a stack.
 */
final class Dead_Scripts {

	/**
	 * Post meta: array( 'time', 'before', 'after', 'pieces' ); the two are hashes of the content.
	 */
	const META = '_buttond_sharing_bar_taken_out';

	/**
	 * Posts of one page of a list.
	 */
	const PER_PAGE = 50;

	/**
	 * Seconds that a page may take.
	 */
	const PATIENCE = 10;

	/**
	 * Whether the current user may do this.
	 *
	 * @return bool
	 */
	public static function allowed() {
		return current_user_can( 'manage_options' ) && current_user_can( 'edit_others_posts' );
	}

	/**
	 * Posts in which there is something to take out, for as long as a page may take to look.
	 *
	 * @param int $after Only those with a greater id.
	 * @return array By id what Dead_Embeds::find() found, PER_PAGE posts at most; and the id behind which to go on, 0 at the end.
	 */
	public static function look( $after ) {
		$end   = microtime( true ) + self::PATIENCE;
		$found = array();
		do {
			$ids     = self::suspects( $after );
			$is_full = count( $ids ) === self::PER_PAGE;
			foreach ( $ids as $id ) {
				$after  = $id;
				$post   = self::row( $id );
				$pieces = $post ? Dead_Embeds::find( $post->post_content ) : array();
				if ( $pieces ) {
					$found[ $id ] = $pieces;
				}
				if ( count( $found ) >= self::PER_PAGE || microtime( true ) > $end ) {
					return array( $found, $after );
				}
			}
		} while ( $is_full );
		return array( $found, 0 );
	}

	/**
	 * Posts from which something was taken out, the latest first.
	 *
	 * @param int $before Only rows of META with a smaller id; 0 for all.
	 * @return array By id of the post: array( 'row' => meta id, 'pieces' => .., 'changed' => whether the post was edited since ),
	 *               PER_PAGE at most; and the row before which to go on, 0 at the end.
	 */
	public static function taken_out( $before = 0 ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- of all posts, for an administrator's page.
		$rows = $wpdb->get_results(
			$wpdb->prepare(
				"SELECT MAX(meta_id) AS id, post_id FROM {$wpdb->postmeta} WHERE meta_key = %s GROUP BY post_id HAVING id < %d ORDER BY id DESC LIMIT %d",
				self::META,
				$before ? $before : PHP_INT_MAX,
				self::PER_PAGE
			)
		);

		$found = array();
		foreach ( $rows as $row ) {
			$kept = self::kept( (int) $row->id );
			$post = self::row( (int) $row->post_id );
			if ( $kept && $post ) {
				$found[ (int) $row->post_id ] = array(
					'row'     => (int) $row->id,
					'pieces'  => $kept['pieces'],
					'changed' => md5( $post->post_content ) !== $kept['after'],
				);
			}
		}
		return array( $found, count( $rows ) === self::PER_PAGE ? (int) end( $rows )->id : 0 );
	}

	/**
	 * Takes all that is dead out of a post.
	 *
	 * @param int $id The post.
	 * @return string 'done', 'nothing' (there was none), 'refused' (to this user), 'changed' (edited in this moment) or 'failed'.
	 */
	public static function take_out( $id ) {
		$post = self::row( $id );
		if ( ! $post || ! current_user_can( 'edit_post', $id ) ) {
			return 'refused';
		}
		$pieces = Dead_Embeds::find( $post->post_content );
		if ( ! $pieces ) {
			return 'nothing';
		}
		$content = Dead_Embeds::without( $post->post_content, $pieces );
		$kept    = array(
			'time'   => time(),
			'before' => md5( $post->post_content ),
			'after'  => md5( $content ),
			'pieces' => $pieces,
		);
		$row     = add_post_meta( $id, self::META, wp_slash( $kept ) );
		if ( ! $row || self::kept( $row ) !== $kept ) { // Where the database changed bytes.
			if ( $row ) {
				delete_metadata_by_mid( 'post', $row );
			}
			return 'failed';
		}
		$done = self::write( $post, $content );
		if ( 'done' !== $done ) {
			delete_metadata_by_mid( 'post', $row );
		}
		return $done;
	}

	/**
	 * Puts back what was taken out last, byte for byte.
	 *
	 * @param int $id The post.
	 * @return string The same; 'changed' where the post was edited since.
	 */
	public static function put_back( $id ) {
		$post = self::row( $id );
		if ( ! $post || ! current_user_can( 'edit_post', $id ) ) {
			return 'refused';
		}
		$row  = self::newest_row( $id );
		$kept = $row ? self::kept( $row ) : null;
		if ( ! $kept ) {
			return 'nothing';
		}
		if ( md5( $post->post_content ) !== $kept['after'] ) {
			return 'changed';
		}
		$content = Dead_Embeds::with( $post->post_content, $kept['pieces'] );
		// Meta can be imported by whoever may not write scripts: only what would be taken out again goes back.
		$found = Dead_Embeds::find( $content );
		foreach ( $kept['pieces'] as $piece ) {
			if ( md5( $content ) !== $kept['before'] || ! in_array( $piece, $found, true ) ) {
				return 'changed';
			}
		}
		$done = self::write( $post, $content );
		if ( 'done' === $done ) {
			delete_metadata_by_mid( 'post', $row );
		}
		return $done;
	}

	/**
	 * Ids of posts that hold a word of a service.
	 *
	 * @param int $after Only greater ones.
	 * @return int[] At most PER_PAGE, ascending.
	 */
	private static function suspects( $after ) {
		global $wpdb;
		$types = array_diff( get_post_types( array( 'public' => true ) ), array( 'attachment' ) );
		$types = array_values( array_merge( $types, array( 'wp_block' ) ) );
		$hints = array_merge( ...array_values( array_column( Dead_Embeds::services(), 'hints' ) ) );
		$likes = array();
		foreach ( $hints as $hint ) {
			$likes[] = '%' . $wpdb->esc_like( $hint ) . '%';
		}
		$type_marks = implode( ', ', array_fill( 0, count( $types ), '%s' ) );
		$like_marks = implode( ' OR ', array_fill( 0, count( $likes ), 'post_content LIKE %s' ) );
		// phpcs:disable PluginCheck.Security.DirectDB, WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared, WordPress.DB.PreparedSQLPlaceholders -- no WP_Query looks for several words; the variables hold placeholders.
		$ids = $wpdb->get_col(
			$wpdb->prepare(
				"SELECT ID FROM {$wpdb->posts} WHERE ID > %d AND post_type IN ($type_marks)
				AND post_status NOT IN ('trash', 'auto-draft', 'inherit') AND ($like_marks) ORDER BY ID LIMIT %d",
				array_merge( array( $after ), $types, $likes, array( self::PER_PAGE ) )
			)
		);
		// phpcs:enable
		return array_map( 'intval', $ids );
	}

	/**
	 * What the database has of a post now.
	 *
	 * @param int $id The post.
	 * @return object|null
	 */
	private static function row( $id ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- a cached content may be older.
		return $wpdb->get_row( $wpdb->prepare( "SELECT ID, post_content, post_modified_gmt FROM {$wpdb->posts} WHERE ID = %d", $id ) );
	}

	/**
	 * Writes a post's content, if the post is as it was read.
	 *
	 * @param object $post    What row() read.
	 * @param string $content The new content.
	 * @return string 'done', 'changed' or 'failed'.
	 */
	private static function write( $post, $content ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- see the class; the caches are told below.
		$rows = $wpdb->query(
			$wpdb->prepare(
				"UPDATE {$wpdb->posts} SET post_content = %s WHERE ID = %d AND post_modified_gmt = %s AND post_content = %s",
				$content,
				$post->ID,
				$post->post_modified_gmt,
				$post->post_content
			)
		);
		clean_post_cache( (int) $post->ID ); // Page caches listen to this.
		$now = self::row( (int) $post->ID );
		if ( $now && $now->post_content === $content ) {
			return 'done';
		}
		return 0 === $rows ? 'changed' : 'failed';
	}

	/**
	 * The newest row of META of a post.
	 *
	 * @param int $id The post.
	 * @return int 0 where there is none.
	 */
	private static function newest_row( $id ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- get_post_meta() tells no ids.
		return (int) $wpdb->get_var( $wpdb->prepare( "SELECT MAX(meta_id) FROM {$wpdb->postmeta} WHERE post_id = %d AND meta_key = %s", $id, self::META ) );
	}

	/**
	 * What a row of META holds.
	 *
	 * @param int $row Its id.
	 * @return array|null Null where it is not as take_out() wrote it.
	 */
	private static function kept( $row ) {
		$meta = get_metadata_by_mid( 'post', $row );
		$kept = $meta ? $meta->meta_value : null;
		if ( ! is_array( $kept ) || ! isset( $kept['before'], $kept['after'], $kept['pieces'] ) || ! is_array( $kept['pieces'] ) ) {
			return null;
		}
		foreach ( $kept['pieces'] as $piece ) {
			if ( ! isset( $piece['service'], $piece['at'], $piece['text'] ) || ! is_string( $piece['text'] ) || ! is_int( $piece['at'] )
				|| ! isset( Dead_Embeds::services()[ $piece['service'] ] ) ) {
				return null;
			}
		}
		return $kept;
	}
}
