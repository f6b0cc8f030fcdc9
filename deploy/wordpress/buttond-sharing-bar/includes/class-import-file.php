<?php
/**
 * The counts that an earlier plugin left, as a file for `buttond import`.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Reads what these plugins wrote beside each post, also where they are gone.
 */
final class Import_File {

	/**
	 * Post meta with the sum of a post's shares: of Shared Counts, of Social Warfare, and of it before its version 3.
	 */
	const KEYS = array( 'shared_counts_total', '_total_shares', 'swp_totes', 'nc_totes' );

	/**
	 * Posts of a portion.
	 */
	const PORTION = 500;

	/**
	 * Whether there is anything to import.
	 *
	 * @return bool
	 */
	public static function has_any() {
		return array() !== self::counts( 0, 1 );
	}

	/**
	 * Sends the file: of each public post its link, and the greater count where there are several.
	 */
	public static function send() {
		Public_Posts::begin_file( 'shares.csv', 'url,shares' );
		$id = 0;
		do {
			$counts  = self::counts( $id, self::PORTION );
			$is_full = count( $counts ) === self::PORTION;
			_prime_post_caches( array_keys( $counts ) );
			foreach ( $counts as $id => $shares ) {
				$post = get_post( $id );
				$link = $post ? Public_Posts::link( $post ) : '';
				if ( '' !== $link ) {
					Public_Posts::write_line( $link, $shares );
				}
			}
			flush();
			Public_Posts::forget();
		} while ( $is_full );
	}

	/**
	 * Counts of posts behind one.
	 *
	 * @param int $id    That one.
	 * @param int $limit How many at most.
	 * @return int[] By id, ascending.
	 */
	private static function counts( $id, $limit ) {
		global $wpdb;
		$marks = implode( ', ', array_fill( 0, count( self::KEYS ), '%s' ) );
		// phpcs:disable PluginCheck.Security.DirectDB, WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared, WordPress.DB.PreparedSQLPlaceholders -- read once, for a file; the variable holds placeholders.
		$rows = $wpdb->get_results(
			$wpdb->prepare(
				"SELECT post_id, MAX( CAST( meta_value AS SIGNED ) ) AS shares FROM {$wpdb->postmeta}
				INNER JOIN {$wpdb->posts} ON ID = post_id AND post_status = 'publish' AND post_password = ''
				WHERE meta_key IN ($marks) AND post_id > %d GROUP BY post_id HAVING shares > 0 ORDER BY post_id LIMIT %d",
				array_merge( self::KEYS, array( $id, $limit ) )
			)
		);
		// phpcs:enable
		$counts = array();
		foreach ( $rows as $row ) {
			$counts[ (int) $row->post_id ] = (int) $row->shares;
		}
		return $counts;
	}
}
